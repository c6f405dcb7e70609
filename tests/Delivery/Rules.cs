using Bus.Ingress.Delivery;
using Xunit;

namespace Bus.Tests.Delivery;

/// <summary>What platforms ask of a text with spans, and what is promised of parts.</summary>
internal static class Rules
{
    public static void AreKept(RichText text)
    {
        Assert.DoesNotContain(text.Text, character => character < ' ' && character is not ('\n' or '\t'));
        Assert.True(IsWellFormed(text.Text), "half a character");

        for (var i = 0; i < text.Spans.Count; i++)
        {
            var span = text.Spans[i];
            Assert.InRange(span.Offset, 0, text.Text.Length);
            Assert.InRange(span.End, span.Offset + 1, text.Text.Length);
            var covered = text.Text[span.Offset..span.End];
            Assert.True(IsWellFormed(covered), $"{span} cuts a character");
            Assert.Contains(covered, character => !WhiteSpace.IsBlank(character));
            Assert.False(char.IsWhiteSpace(covered[^1]), $"{span} ends with white space");
            Assert.True(span.Style == TextStyle.Pre ? covered.Split('\n')[0].Trim().Length > 0 : !char.IsWhiteSpace(covered[0]), $"{span} begins with white space");
            Assert.Equal(span.Style == TextStyle.Link, span.Url is not null);
            Assert.True(span.Style == TextStyle.Pre || span.Language is null);
        }

        for (var i = 1; i < text.Spans.Count; i++)
            Assert.True((text.Spans[i - 1].Offset, -text.Spans[i - 1].Length).CompareTo((text.Spans[i].Offset, -text.Spans[i].Length)) <= 0, "not in order");
        AreNested(text.Spans);
    }

    public static void AreKept(RichText text, IReadOnlyList<RichText> parts, int limit, int mostSpans)
    {
        Assert.Equal(text.Text, string.Concat(parts.Select(part => part.Text)));
        foreach (var part in parts)
        {
            AreKept(part);
            Assert.InRange(part.Text.Length, 1, limit);
            Assert.Contains(part.Text, character => !WhiteSpace.IsBlank(character));
            Assert.InRange(part.Spans.Count, 0, mostSpans);
        }
    }

    /// <summary>A style that lies over a cut lies over the end of one part and the beginning of the next.</summary>
    public static void GoOn(RichText text, IReadOnlyList<RichText> parts)
    {
        var cut = 0;
        for (var i = 0; i + 1 < parts.Count; i++)
        {
            cut += parts[i].Text.Length;
            foreach (var span in text.Spans.Where(span => span.Offset < cut && cut < span.End && !IsBlank(text.Text[span.Offset..cut]) && !IsBlank(text.Text[cut..span.End])))
            {
                Assert.Contains(parts[i].Spans, before => IsSame(before, span) && IsBlank(parts[i].Text[before.End..]));
                Assert.Contains(parts[i + 1].Spans, after => IsSame(after, span) && IsBlank(parts[i + 1].Text[..after.Offset]));
            }
        }
    }

    private static void AreNested(IReadOnlyList<TextSpan> spans)
    {
        var open = new Stack<TextSpan>();
        foreach (var span in spans)
        {
            while (open.TryPeek(out var before) && before.End <= span.Offset)
                open.Pop();
            if (open.TryPeek(out var outer))
            {
                Assert.True(span.End <= outer.End, $"{span} overlaps {outer}");
                Assert.DoesNotContain(open, around => around.Style is TextStyle.Code or TextStyle.Pre);
                Assert.DoesNotContain(open, around => around.Style == span.Style);
                Assert.False(span.Style is TextStyle.Code or TextStyle.Pre, $"{span} lies in {outer}");
            }

            open.Push(span);
        }
    }

    private static bool IsBlank(string text) => text.All(WhiteSpace.IsBlank);

    private static bool IsSame(TextSpan one, TextSpan other) => (one.Style, one.Url, one.Language) == (other.Style, other.Url, other.Language);

    private static bool IsWellFormed(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
                i++;
            else if (char.IsSurrogate(text[i]))
                return false;
        }

        return true;
    }
}
