using System.Text;

namespace Bus.Ingress.Delivery;

/// <summary>Writes text and the styles over it from left to right.</summary>
internal sealed class RichTextWriter
{
    // Deeper lists would be a column of one word per line on a phone.
    private const int MostIndentation = 16;
    private const int MostBreaks = 3;

    private readonly StringBuilder text = new();
    private readonly List<TextSpan> spans = [];
    private readonly OpenStyle[] styles = new OpenStyle[Enum.GetValues<TextStyle>().Length];
    private int breaks;
    private bool begun;

    /// <summary>Spaces at the beginning of the lines to come.</summary>
    public int Indentation { get; set; }

    /// <summary>How much is written.</summary>
    public int Length => text.Length;

    /// <summary>Line breaks before what comes next, if something stands before it: at least so many.</summary>
    public void Break(int lines) => breaks = Math.Max(breaks, lines);

    /// <summary>One more line break.</summary>
    public void NewLine() => breaks = Math.Min(breaks + 1, MostBreaks);

    /// <summary>Begins the line that comes next now, with the indentation of now.</summary>
    public void BeginLine()
    {
        if (WriteBreaks())
            text.Append(' ', Math.Min(Indentation, MostIndentation));
    }

    /// <summary>Writes in the styles that are open.</summary>
    public void Write(ReadOnlySpan<char> piece)
    {
        if (piece.IsEmpty)
            return;
        BeginLine();
        text.Append(piece);
    }

    /// <summary>Writes several lines.</summary>
    public void WriteLines(string lines)
    {
        var first = true;
        foreach (var line in lines.AsSpan().EnumerateLines())
        {
            if (!first)
                NewLine();
            first = false;
            Write(line);
        }
    }

    /// <summary>Begins a style. Within the same style nothing begins: platforms do not nest what looks the same.</summary>
    public void Open(TextStyle style, string? url = null)
    {
        ref var open = ref styles[(int)style];
        if (open.Depth++ == 0)
            open = open with { Start = text.Length, Url = url };
    }

    /// <summary>Ends a style.</summary>
    public void Close(TextStyle style)
    {
        if (--styles[(int)style].Depth == 0)
            End(style);
    }

    /// <summary>Whether a style is open.</summary>
    public bool IsOpen(TextStyle style) => styles[(int)style].Depth > 0;

    /// <summary>
    /// Writes code. No other style lies over code: those that are open end before it and go on after it.
    /// </summary>
    public void WriteCode(TextStyle style, string code, string? language = null)
    {
        if (style == TextStyle.Pre)
            Break(1);
        foreach (var open in Enum.GetValues<TextStyle>().Where(IsOpen))
            End(open);

        // A block of code begins at the first column: its own indentation is all it has.
        if (style == TextStyle.Pre)
            WriteBreaks();
        else
            BeginLine();
        var start = text.Length;
        text.Append(code);
        spans.Add(new TextSpan(style, start, code.Length, null, language));

        for (var i = 0; i < styles.Length; i++)
            styles[i].Start = text.Length;
    }

    /// <summary>Whether nothing visible was written since an offset.</summary>
    public bool IsBlankSince(int offset)
    {
        for (; offset < text.Length; offset++)
        {
            if (!WhiteSpace.IsBlank(text[offset]))
                return false;
        }

        return true;
    }

    /// <summary>Whether this was written since an offset, and nothing else that can be seen.</summary>
    public bool IsWrittenSince(int offset, string piece) =>
        text.Length - offset <= piece.Length + MostBreaks + MostIndentation && text.ToString(offset, text.Length - offset).Trim() == piece;

    /// <summary>What was written.</summary>
    public RichText ToRichText()
    {
        var clean = CleanText.InPlace(text).TrimEnd();
        var trimmed = spans.Select(span => SpanEdges.Trim(clean, span)).OfType<TextSpan>().ToList();
        trimmed.Sort(SpanEdges.Order);
        return new RichText(clean, trimmed);
    }

    private bool WriteBreaks()
    {
        if (breaks == 0 && begun)
            return false;
        if (text.Length > 0)
            text.Append('\n', breaks);
        breaks = 0;
        return begun = true;
    }

    private void End(TextStyle style) =>
        spans.Add(new TextSpan(style, styles[(int)style].Start, text.Length - styles[(int)style].Start, styles[(int)style].Url));

    private record struct OpenStyle(int Depth, int Start, string? Url);
}
