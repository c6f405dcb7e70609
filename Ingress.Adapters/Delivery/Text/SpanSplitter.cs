namespace Bus.Ingress.Delivery;

/// <summary>Deals the spans of a text out to its parts, from the first to the last.</summary>
internal sealed class SpanSplitter
{
    private readonly string text;
    private readonly int mostSpans;
    private readonly List<TextSpan> spans;
    private readonly List<TextSpan> open = [];
    private int next;

    /// <summary>Nothing is dealt out yet.</summary>
    public SpanSplitter(string text, IReadOnlyList<TextSpan> spans, int mostSpans)
    {
        this.text = text;
        this.mostSpans = mostSpans;
        this.spans = [.. spans.Select(span => SpanEdges.Trim(text, span)).OfType<TextSpan>()];
        this.spans.Sort(SpanEdges.Order);
        Code = [.. this.spans.Where(span => span.Style == TextStyle.Pre)];
    }

    /// <summary>The blocks of code.</summary>
    public IReadOnlyList<TextSpan> Code { get; }

    /// <summary>
    /// Where the next part has to end so that it has no more spans than it may. It has to hold its first visible
    /// character, whatever lies over that.
    /// </summary>
    public int Room(int firstVisible)
    {
        var over = next + Math.Clamp(mostSpans - open.Count, 0, spans.Count - next);
        while (over < spans.Count && spans[over].Offset <= firstVisible)
            over++;
        return over < spans.Count ? spans[over].Offset : text.Length;
    }

    /// <summary>The spans of the part between two offsets, as offsets into that part.</summary>
    public IReadOnlyList<TextSpan> Take(int start, int end)
    {
        while (next < spans.Count && spans[next].Offset < end)
            open.Add(spans[next++]);

        var part = text[start..end];
        var taken = open.Select(span => SpanEdges.Trim(part, Clip(span, start, end))).OfType<TextSpan>().Order(SpanEdges.Order).Take(mostSpans).ToList();
        open.RemoveAll(span => span.End <= end);
        return taken;
    }

    private static TextSpan Clip(TextSpan span, int start, int end)
    {
        var from = Math.Max(span.Offset, start);
        return span with { Offset = from - start, Length = Math.Min(span.End, end) - from };
    }
}
