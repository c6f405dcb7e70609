namespace Bus.Ingress.Delivery;

/// <summary>Where spans may begin and end.</summary>
internal static class SpanEdges
{
    /// <summary>By offset, the longer one first.</summary>
    public static readonly Comparer<TextSpan> Order = Comparer<TextSpan>.Create((one, other) =>
        one.Offset != other.Offset ? one.Offset.CompareTo(other.Offset)
        : one.Length != other.Length ? other.Length.CompareTo(one.Length)
        : other.Style.CompareTo(one.Style));

    /// <summary>The span without the blanks at its edges; null when nothing of it can be seen.</summary>
    public static TextSpan? Trim(string text, TextSpan span)
    {
        var start = Math.Clamp(span.Offset, 0, text.Length);
        var end = Math.Clamp(span.End, start, text.Length);
        if (IsInsidePair(text, start))
            start++;
        if (IsInsidePair(text, end))
            end--;

        var lineStart = start;
        while (start < end && WhiteSpace.IsBlank(text[start]))
        {
            start++;
            if (text[start - 1] == '\n')
                lineStart = start;
        }

        while (end > start && WhiteSpace.IsBlank(text[end - 1]))
            end--;
        if (end <= start)
            return null;

        // The first line of code keeps its indentation.
        if (span.Style == TextStyle.Pre)
            start = lineStart;
        return span with { Offset = start, Length = end - start };
    }

    private static bool IsInsidePair(string text, int offset) =>
        offset > 0 && offset < text.Length && char.IsSurrogatePair(text[offset - 1], text[offset]);
}
