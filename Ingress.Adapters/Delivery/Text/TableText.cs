using System.Globalization;
using System.Text;
using Markdig.Extensions.Tables;
using Markdig.Syntax;

namespace Bus.Ingress.Delivery;

/// <summary>A table as lines of characters of one width.</summary>
internal static class TableText
{
    // A long cell sticks out of its column: a column as wide as a paragraph could not be read, and would be mostly spaces.
    private const int MostWidth = 40;

    /// <summary>Its rows below each other, a rule below the head.</summary>
    public static string Of(Table table, Func<LeafBlock, string> textOf)
    {
        var rows = table.OfType<TableRow>().Select(row => (row.IsHeader, Cells: row.OfType<TableCell>().Select(cell => TextOf(cell, textOf)).ToArray())).ToList();
        var widths = Widths(rows.Select(row => row.Cells));
        var lines = new StringBuilder();
        foreach (var (isHeader, cells) in rows)
        {
            lines.AppendLine(cells, widths, table);
            if (isHeader)
                lines.AppendJoin("-+-", widths.Select(width => new string('-', width))).Append('\n');
        }

        return lines.ToString().TrimEnd('\n');
    }

    private static string TextOf(TableCell cell, Func<LeafBlock, string> textOf) =>
        string.Join(' ', cell.OfType<LeafBlock>().Select(textOf)).ReplaceLineEndings(" ").Trim();

    private static int[] Widths(IEnumerable<string[]> rows)
    {
        var widths = new List<int>();
        foreach (var row in rows)
        {
            for (var column = 0; column < row.Length; column++)
            {
                if (column == widths.Count)
                    widths.Add(1);
                widths[column] = Math.Clamp(WidthOf(row[column]), widths[column], MostWidth);
            }
        }

        return [.. widths];
    }

    private static void AppendLine(this StringBuilder lines, string[] cells, int[] widths, Table table)
    {
        var start = lines.Length;
        for (var column = 0; column < widths.Length; column++)
        {
            if (column > 0)
                lines.Append(" | ");
            var cell = column < cells.Length ? cells[column] : "";
            var space = Math.Max(0, widths[column] - WidthOf(cell));
            var before = AlignmentOf(table, column) switch
            {
                TableColumnAlign.Right => space,
                TableColumnAlign.Center => space / 2,
                _ => 0,
            };
            lines.Append(' ', before).Append(cell).Append(' ', space - before);
        }

        while (lines.Length > start && lines[^1] == ' ')
            lines.Length--;
        lines.Append('\n');
    }

    private static TableColumnAlign? AlignmentOf(Table table, int column) =>
        column < table.ColumnDefinitions.Count ? table.ColumnDefinitions[column].Alignment : null;

    private static int WidthOf(string cell) => new StringInfo(cell).LengthInTextElements;
}
