namespace Bus.Ingress.Delivery;

/// <summary>
/// Splits text into messages. Put together again the parts are the text, with one exception: a platform refuses a
/// message of nothing but white space, so a run of it that is longer than about half a message is shortened before.
/// </summary>
internal static class TextParts
{
    /// <summary>Room for a visible character and white space on both sides.</summary>
    public const int LeastLimit = 4;

    /// <summary>
    /// Parts of at most <paramref name="limit"/> UTF-16 code units and <paramref name="mostSpans"/> spans. A style that
    /// is open at the end of a part is open again at the beginning of the next. The first part follows from the first
    /// <paramref name="limit"/> + 1 code units and what is styled there, unless the text ends soon behind them.
    /// </summary>
    public static IReadOnlyList<RichText> Split(RichText text, int limit, int mostSpans = 100)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, LeastLimit);
        ArgumentOutOfRangeException.ThrowIfNegative(mostSpans);

        var (whole, given) = WhiteSpace.Shorten(text, limit / 2 - 1);
        var last = WhiteSpace.LastVisible(whole);
        if (last < 0)
            return [];

        var spans = new SpanSplitter(whole, mostSpans > 0 ? given : [], mostSpans);
        var cuts = new CutFinder(whole, spans.Code);
        var parts = new List<RichText>();
        for (var start = 0; start < whole.Length;)
        {
            var first = WhiteSpace.FirstVisible(whole, start);
            var end = (int)Math.Min(Math.Min((long)start + limit, whole.Length), spans.Room(first));

            // What is left for the next part must not be white space only.
            if (end < whole.Length)
                end = cuts.Find(start, first, Math.Min(end, last));
            parts.Add(new RichText(whole[start..end], spans.Take(start, end)));
            start = end;
        }

        return parts;
    }
}
