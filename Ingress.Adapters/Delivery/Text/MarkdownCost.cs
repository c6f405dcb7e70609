namespace Bus.Ingress.Delivery;

/// <summary>
/// How dear Markdown is to parse. Within a paragraph the work grows with its length times its marks, in a table
/// with its rows times its columns: no reply of a sane model comes near, and a broken one must not stop the others.
/// </summary>
internal static class MarkdownCost
{
    private const int MostLength = 250_000;
    private const long MostWork = 100_000_000;
    private const long MostCells = 20_000;
    private const string Marks = "*_~[]()!<>&|:.`\\\"";

    /// <summary>Whether a text is worth parsing.</summary>
    public static bool IsBearable(string markdown)
    {
        if (markdown.Length > MostLength)
            return false;

        long work = 0, length = 0, marks = 0, lines = 0, columns = 0;
        foreach (var line in markdown.AsSpan().EnumerateLines())
        {
            if (line.IsWhiteSpace())
            {
                length = marks = lines = columns = 0;
                continue;
            }

            work -= length * marks;
            length += line.Length + 1;
            marks += line.Length - CountOthers(line);
            work += length * marks;
            lines++;
            columns = Math.Max(columns, line.Count('|'));
            if (work > MostWork || lines * columns > MostCells)
                return false;
        }

        return true;
    }

    private static int CountOthers(ReadOnlySpan<char> line)
    {
        var others = 0;
        foreach (var character in line)
        {
            if (!Marks.Contains(character))
                others++;
        }

        return others;
    }
}
