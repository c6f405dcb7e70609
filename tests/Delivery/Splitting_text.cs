using Bus.Ingress.Delivery;
using Xunit;

namespace Bus.Tests.Delivery;

public sealed class Splitting_text
{
    [Theory]
    [InlineData("aaa bbb", 20, "aaa bbb")]
    [InlineData("aaaaaa\n\nbbb\nccc ddd. eee", 20, "aaaaaa\n\nbbb\n|ccc ddd. eee")]
    [InlineData("aaaa bbbb c\n\ndd\ne. f gg hh ii", 20, "aaaa bbbb c\n\n|dd\ne. f gg hh ii")]
    [InlineData("aaaa bbbb c\ndd. e f gg hh ii", 20, "aaaa bbbb c\n|dd. e f gg hh ii")]
    [InlineData("aaaa bbbb c. dd e ff gg hh", 20, "aaaa bbbb c. |dd e ff gg hh")]
    [InlineData("aaaa \"bbbb c!\" dd e ff gg hh", 20, "aaaa \"bbbb c!\" |dd e ff gg hh")]
    [InlineData("aaaa bbbb 1. dd e ff gg hh", 20, "aaaa bbbb 1. dd e |ff gg hh")]
    [InlineData("aaaa bbbb cccc dddd eeee", 20, "aaaa bbbb cccc dddd |eeee")]
    [InlineData("aaaaa bbbbbbbbbbbbbbbbbbbbbbbb", 20, "aaaaa |bbbbbbbbbbbbbbbbbbbb|bbbb")]
    [InlineData("aa bbbbbbbbbbbbbbbbbbbbbbbb", 20, "aa bbbbbbbbbbbbbbbbb|bbbbbbb")]
    [InlineData("aa\n\nbbbb cc dd ee ff gg hh", 20, "aa\n\nbbbb cc dd ee |ff gg hh")]
    [InlineData("一二三四五。六七八九十", 8, "一二三四五。|六七八九十")]
    [InlineData("一二三四五。\u0301六七八九", 8, "一二三四五。\u0301六|七八九")]
    [InlineData("一二三四「五。」六七八九十", 10, "一二三四「五。」六七|八九十")]
    public void Should_cut_where_it_reads_best(string text, int limit, string parts) => Assert.Equal(parts, Cut(text, limit));

    [Theory]
    [InlineData("aaaaaa   bbbb", 8, "aaaaaa  | bbbb")]
    [InlineData("aaaa bbbb", 4, "aaaa| bbb|b")]
    [InlineData("aaa bbb", 4, "aaa |bbb")]
    [InlineData("aaaaa\n  bbb", 8, "aaaaa\n|  bbb")]
    [InlineData("aaa bb\n\nbbb", 7, "aaa bb\n|\nbbb")]
    [InlineData("aaa bb\nbbb", 6, "aaa bb|\nbbb")]
    [InlineData("aaaa\n", 4, "aaa|a\n")]
    [InlineData("\na\nbc", 4, "\na\n|bc")]
    public void Should_keep_white_space_with_its_neighbours(string text, int limit, string parts) => Assert.Equal(parts, Cut(text, limit));

    [Theory]
    [InlineData("")]
    [InlineData("  \n\t ")]
    [InlineData("\u200B\u00A0\u2800")]
    public void Should_make_nothing_of_what_cannot_be_seen(string text) => Assert.Empty(TextParts.Split(new RichText(text, []), 10));

    [Fact]
    public void Should_shorten_white_space_that_no_message_can_hold()
    {
        var text = new RichText($"a{new string(' ', 50)}b", [new TextSpan(TextStyle.Bold, 51, 1)]);
        var parts = TextParts.Split(text, 10);
        Assert.Equal($"a{new string(' ', 4)}b", Assert.Single(parts).Text);
        Assert.Equal(new TextSpan(TextStyle.Bold, 5, 1), Assert.Single(parts[0].Spans));
    }

    [Fact]
    public void Should_not_cut_what_people_see_as_one_character()
    {
        const string Family = "👩‍👩‍👧";
        Assert.Equal([Family, Family, Family], Texts(Family + Family + Family, 15));
        Assert.Equal(["a" + Family, "b"], Texts($"a{Family}b", 9));
        Assert.Equal(["ab", "e\u0301\u0301\u0301"], Texts("abe\u0301\u0301\u0301", 5));
        Assert.Equal(["ab ", "cd \u0301\u0301e"], Texts("ab cd \u0301\u0301e", 6));
    }

    [Fact]
    public void Should_cut_a_character_that_is_longer_than_a_part()
    {
        var zalgo = "e" + new string('\u0301', 9);
        Assert.Equal([zalgo[..6], zalgo[6..]], Texts(zalgo, 6));
        Assert.Equal(["😀\u200D", "😀\u200D", "😀"], Texts("😀\u200D😀\u200D😀", 4));
    }

    [Theory]
    [InlineData("😀", 4096, 4096)]
    [InlineData("*", 4096, 4096)]
    [InlineData("😀", 4097, 4096)]
    [InlineData("a😀", 4096, 4096)]
    public void Should_fill_the_parts(string character, int count, int limit)
    {
        var text = string.Concat(Enumerable.Repeat(character, count));
        var parts = Texts(text, limit);
        Assert.Equal(text, string.Concat(parts));
        Assert.All(parts.SkipLast(1), part => Assert.InRange(part.Length, limit - 1, limit));
    }

    [Fact]
    public void Should_not_cut_code_when_it_can_begin_a_part()
    {
        var text = MarkdownText.Read("Some words.\n\n```py\none\ntwo\nthree\nfour\n```\nMore words.");
        Assert.Equal(["Some words.\n\n", "<pre py>one\ntwo\nthree\nfour</pre>\n\n", "More words."], ShownParts(text, 30));
    }

    [Fact]
    public void Should_cut_code_between_lines_and_go_on_with_it()
    {
        var text = MarkdownText.Read("```py\nif one:\n    two\n\n    three. And\n    four\n```");
        Assert.Equal(["<pre py>if one:\n    two</pre>\n\n", "<pre py>    three. And\n    four</pre>"], ShownParts(text, 25));
    }

    [Fact]
    public void Should_cut_code_within_a_line_when_it_is_longer_than_a_part()
    {
        var text = MarkdownText.Read("a\n```\nbb cccccccccccccccc\n```");
        Assert.Equal(["a\n\n", "<pre>bb cccccccc</pre>", "<pre>cccccccc</pre>"], ShownParts(text, 11));
    }

    [Fact]
    public void Should_go_on_with_every_style()
    {
        var text = MarkdownText.Read("> *one **two*** [three four](https://a.b) ~~five six~~");
        Assert.Equal(
            ["<quote><i>one</i></quote> ", "<quote><i><b>two</b></i></quote> ", "<quote><a https://a.b>three</a></quote> ", "<quote><a https://a.b>four</a></quote> ", "<quote><s>five</s></quote> ", "<quote><s>six</s></quote>"],
            ShownParts(text, 6));
    }

    [Fact]
    public void Should_put_no_more_spans_into_a_part_than_it_may_have()
    {
        var text = MarkdownText.Read("**a** *b* ~~c~~ `d` **e**");
        Assert.Equal(["<b>a</b> <i>b</i> ", "<s>c</s> <code>d</code> ", "<b>e</b>"], ShownParts(text, 100, 2));
        Assert.Equal(["a b c d e"], ShownParts(text, 100, 0));
    }

    [Fact]
    public void Should_take_no_half_of_a_character_and_no_white_space_into_a_span()
    {
        var text = new RichText("😀 a 😀", [new TextSpan(TextStyle.Bold, 1, 5), new TextSpan(TextStyle.Italic, 2, 1), new TextSpan(TextStyle.Code, 9, 9)]);
        Assert.Equal([new TextSpan(TextStyle.Bold, 3, 1)], Assert.Single(TextParts.Split(text, 10)).Spans);
    }

    [Fact]
    public void Should_leave_the_inner_styles_out_when_too_many_lie_over_each_other()
    {
        var text = MarkdownText.Read("> ***a** b*\n\nc");
        Assert.Equal(["<quote>a b</quote>\n\nc"], ShownParts(text, 100, 1));
    }

    [Fact]
    public void Should_cut_growing_text_where_it_was_cut_before()
    {
        const string Whole = "One two. Three\n\nfour five six. Seven eight\nnine ten 😀😀 eleven twelve\n\nthirteen";
        for (var length = 21; length < Whole.Length; length++)
        {
            if (!char.IsWhiteSpace(Whole[length - 1]) && !char.IsHighSurrogate(Whole[length - 1]))
                Assert.Equal(Texts(Whole, 20)[0], Texts(Whole[..length], 20)[0]);
        }
    }

    [Theory]
    [InlineData(3, 1)]
    [InlineData(4, -1)]
    public void Should_refuse_limits_that_nothing_fits_into(int limit, int mostSpans) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => TextParts.Split(new RichText("a", []), limit, mostSpans));

    private static string Cut(string text, int limit) => string.Join('|', Texts(text, limit));

    private static string[] Texts(string text, int limit) => [.. TextParts.Split(new RichText(text, []), limit).Select(part => part.Text)];

    private static string[] ShownParts(RichText text, int limit, int mostSpans = 100) => [.. TextParts.Split(text, limit, mostSpans).Select(Shown.Of)];
}
