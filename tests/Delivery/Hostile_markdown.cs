using System.Diagnostics;
using Bus.Ingress.Delivery;
using Xunit;

namespace Bus.Tests.Delivery;

public sealed class Hostile_markdown
{
    private const int Limit = 4096;
    private const int MostSpans = 100;

    // Far above what it takes on a quiet machine: quadratic work takes minutes.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public static readonly TheoryData<string> Pieces =
    [
        "*", "_", "~~", "`", "[", "]", "(", "![", "[a](", "[](", "[a][b] ", "<", "<!--", "<a b=", "&", "&amp;", "\\", "|", "|:|", "a|b\n", "|a|b|\n|-|-|\n", ":-|",
        ">", "> ", "- ", "1. ", "> - ", "#", "# a\n", "```\n", "    a\n", "\t", " ", "\n", "a\n", "\r", "**a ", "*a_ ", "*a **b ", "a*b ", "`a``b```", "~~a ",
        "http://a.b ", "www.a.b ", "a@b.c ", "[a]: b\n", "[a]: b\n\n[a]\n\n", "![][a]\n\n", "a", "😀", "👩‍👩‍👧", "e\u0301", "\u0301", "\u200F", "\u200B", "שלום ", "\0", "<br>", "<div>\n", "---\n", "***\n",
    ];

    [Theory, MemberData(nameof(Pieces))]
    public void Should_be_read_and_split_in_no_time(string piece)
    {
        foreach (var length in new[] { 20_000, 100_000, 240_000 })
            Holds(string.Concat(Enumerable.Repeat(piece, length / piece.Length)));
    }

    [Theory]
    [InlineData("*")]
    [InlineData("a b. ")]
    [InlineData("\n \n")]
    [InlineData("😀")]
    [InlineData("\u0301")]
    public void Should_be_split_in_no_time_however_long_it_is(string piece) => Holds(string.Concat(Enumerable.Repeat(piece, 1_000_000 / piece.Length)));

    [Theory]
    [InlineData("> ", "a\n")]
    [InlineData("- ", "a\n")]
    [InlineData("*a **b ", "** *")]
    [InlineData("[a", "](b)")]
    [InlineData("![a", "](b)")]
    [InlineData("_a ", "b_ ")]
    public void Should_not_go_deeper_than_the_stack(string open, string close)
    {
        foreach (var depth in new[] { 50, 100, 1000, 4000, 20_000 })
            Holds(string.Concat(Enumerable.Repeat(open, depth)) + string.Concat(Enumerable.Repeat(close, depth)));
    }

    [Fact]
    public void Should_be_shown_as_it_was_written_when_it_is_nested_too_deeply()
    {
        var markdown = new string('>', 1000) + " **a**";
        var text = MarkdownText.Read(markdown);
        Assert.Equal(markdown, text.Text);
        Assert.Empty(text.Spans);
    }

    [Fact]
    public void Should_be_shown_as_it_was_written_when_it_is_far_too_long()
    {
        var text = MarkdownText.Read(string.Concat(Enumerable.Repeat("**a**\n\n", 40_000)));
        Assert.StartsWith("**a**", text.Text, StringComparison.Ordinal);
        Assert.Empty(text.Spans);
    }

    [Fact]
    public void Should_not_make_more_of_a_table_than_was_written()
    {
        var columns = string.Concat(Enumerable.Repeat("|-", 2000)) + "\n";
        var rows = string.Concat(Enumerable.Repeat("|a\n", 2000));
        Assert.InRange(Holds(columns + columns + rows).Text.Length, 1, 2 * (columns.Length * 2 + rows.Length));
    }

    [Fact]
    public void Should_not_make_more_of_an_address_than_was_written()
    {
        var markdown = $"[a]: /{new string('b', 10_000)}\n\n" + string.Concat(Enumerable.Repeat("![][a] [c][a]\n\n", 1000));
        Assert.InRange(Holds(markdown).Text.Length, 1, markdown.Length);
    }

    [Fact]
    public void Should_keep_styles_in_a_long_reply()
    {
        var markdown = string.Concat(Enumerable.Repeat("# Head\n\nSome *words* of [text](https://a.b), and `code`.\n\n- one\n- **two**\n\n```py\nx = 1\n```\n\n", 1000));
        Assert.Equal(6000, Holds(markdown).Spans.Count);
    }

    private static RichText Holds(string markdown)
    {
        var watch = Stopwatch.StartNew();
        var text = MarkdownText.Read(markdown);
        var parts = TextParts.Split(text, Limit, MostSpans);
        Assert.True(watch.Elapsed < Patience, $"{watch.Elapsed} for {markdown.Length} characters");

        Rules.AreKept(text);
        if (parts.Count > 0)
            Rules.AreKept(WhiteSpace.Shorten(text, Limit / 2 - 1), parts, Limit, MostSpans);
        return text;
    }
}
