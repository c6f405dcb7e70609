namespace Bus.Bench.Report;

/// <summary>Columns of text, the first to the left and the others to the right.</summary>
internal static class Table
{
    public static string Of(string title, IReadOnlyList<string> heads, IEnumerable<IReadOnlyList<string>> rows)
    {
        List<IReadOnlyList<string>> lines = [heads, .. rows];
        var widths = heads.Select((_, column) => lines.Max(line => line[column].Length)).ToArray();
        return $"{title}\n{string.Join('\n', lines.Select(Line))}";

        string Line(IReadOnlyList<string> cells) =>
            "  " + string.Join("  ", cells.Select((cell, column) => column == 0 ? cell.PadRight(widths[0]) : cell.PadLeft(widths[column]))).TrimEnd();
    }
}
