namespace Bus.Llm;

/// <summary>What the demo model says.</summary>
internal static class DemoAnswer
{
    private const string Label = "[demo]";

    public static string To(string asked, int shown, int? words)
    {
        if (words is { } count)
            return $"{Label} {string.Join(' ', Enumerable.Range(1, count).Select(n => $"word{n}"))}";
        var messages = shown == 1 ? "1 message" : $"{shown} messages";
        return asked.Length == 0
            ? $"{Label} Nobody has said anything yet. I was shown {messages}."
            : $"{Label} You said: {asked}\n\nI was shown {messages}.";
    }

    /// <summary>Where the words of a text are, each with the space after it.</summary>
    public static IEnumerable<Range> Words(string text)
    {
        for (var start = 0; start < text.Length;)
        {
            var end = start;
            while (end < text.Length && !char.IsWhiteSpace(text[end]))
                end++;
            while (end < text.Length && char.IsWhiteSpace(text[end]))
                end++;
            yield return start..end;
            start = end;
        }
    }
}
