using Bus.Contracts;
using Bus.Llm.Replays;
using Bus.Memory.Replays;
using Xunit;

namespace Bus.Tests.Replays;

public sealed class Comparing_two_replies
{
    [Theory]
    [InlineData("", "", "")]
    [InlineData("the same", "the same", "the same")]
    [InlineData("", "all new", "{all new}")]
    [InlineData("all gone", "", "[all gone]")]
    [InlineData("one two three", "one 2 three", "one [two ]{2 }three")]
    [InlineData("one two three", "two three", "[one ]two three")]
    [InlineData("one two", "one two three", "one [two]{two three}")]
    [InlineData("It is. Good!", "It was. Good!", "It [is]{was}. Good!")]
    [InlineData("a b c d e", "a x c y e", "a [b ]{x }c [d ]{y }e")]
    [InlineData("a b", "c d", "[a b]{c d}")]
    [InlineData("我喜欢苹果", "我喜欢梨", "我喜欢[苹果]{梨}")]
    [InlineData("ok 😀", "ok 😁", "ok [😀]{😁}")]
    [InlineData("cafe\u0301 noir", "cafe noir", "[cafe\u0301 ]{cafe }noir")]
    [InlineData("line\none", "line\ntwo", "line\n[one]{two}")]
    public void Should_show_what_went_and_what_came(string before, string after, string expected) =>
        Assert.Equal(expected, string.Concat(Segments(before, after).Select(segment => segment.Op switch
        {
            DiffOps.Delete => $"[{segment.Text}]",
            DiffOps.Insert => $"{{{segment.Text}}}",
            _ => segment.Text,
        })));

    [Theory]
    [InlineData("", "", true, 1)]
    [InlineData("a b", "a b", true, 1)]
    [InlineData("a b", "c d", false, 0)]
    [InlineData("one two ", "one six ", false, 0.5)]
    [InlineData("", "x", false, 0)]
    public void Should_say_how_much_they_have_in_common(string before, string after, bool same, double similarity)
    {
        var comparison = WordDiff.Compare(before, after, 7);
        Assert.Equal((7, same, similarity), (comparison.OriginalVersion, comparison.IsSame, comparison.Similarity));
    }

    [Fact]
    public void Should_never_call_two_texts_the_same_that_are_not()
    {
        var text = string.Concat(Enumerable.Repeat("word ", 10_000));
        var comparison = WordDiff.Compare(text, text + "x", 1);
        Assert.False(comparison.IsSame);
        Assert.Equal(0.999, comparison.Similarity);
    }

    [Fact]
    public void Should_lead_from_one_text_to_the_other_by_the_shortest_way()
    {
        var random = new Random(4711);
        for (var round = 0; round < 500; round++)
        {
            var (before, after) = (Text(random), Text(random));
            var segments = Segments(before, after);
            Assert.Equal(before, Joined(segments, DiffOps.Insert));
            Assert.Equal(after, Joined(segments, DiffOps.Delete));
            Assert.All(segments.Zip(segments.Skip(1)), pair => Assert.NotEqual(pair.First.Op, pair.Second.Op));
            Assert.Equal(Common(before.Split(' '), after.Split(' ')), segments.Where(s => s.Op == DiffOps.Equal).Sum(s => s.Text.Count(c => c == ' ')));
        }
    }

    [Fact]
    public void Should_not_take_long_over_huge_texts_that_have_nothing_in_common()
    {
        // A million code units each: what is looked for ends long before all ways are tried.
        var before = string.Concat(Enumerable.Range(0, 150_000).Select(n => $"a{n % 5000} "));
        var after = string.Concat(Enumerable.Range(0, 150_000).Select(n => $"b{n % 5000} "));
        Assert.Equal([new DiffPart(DiffOps.Delete, before.Length), new DiffPart(DiffOps.Insert, after.Length)], WordDiff.Of(before, after));
        Assert.Equal(DiffOps.Equal, WordDiff.Of($"begin {before}", $"begin {after}")[0].Op);
    }

    private static IReadOnlyList<DiffSegment> Segments(string before, string after) => DiffSegment.Of(WordDiff.Of(before, after), before, after);

    private static string Joined(IEnumerable<DiffSegment> segments, string without) =>
        string.Concat(segments.Where(segment => segment.Op != without).Select(segment => segment.Text));

    private static string Text(Random random) =>
        string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => $"{(char)('a' + random.Next(4))} "));

    /// <summary>The length of the longest common subsequence, the slow way.</summary>
    private static int Common(string[] a, string[] b)
    {
        (a, b) = (a[..^1], b[..^1]); // what stands after the last space
        var table = new int[a.Length + 1, b.Length + 1];
        for (var i = 1; i <= a.Length; i++)
        {
            for (var j = 1; j <= b.Length; j++)
                table[i, j] = a[i - 1] == b[j - 1] ? table[i - 1, j - 1] + 1 : Math.Max(table[i - 1, j], table[i, j - 1]);
        }

        return table[a.Length, b.Length];
    }
}
