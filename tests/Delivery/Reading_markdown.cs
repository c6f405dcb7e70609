using Bus.Ingress.Delivery;
using Xunit;

namespace Bus.Tests.Delivery;

public sealed class Reading_markdown
{
    [Theory]
    [InlineData("**bold** and __bold__", "<b>bold</b> and <b>bold</b>")]
    [InlineData("*italic* and _italic_", "<i>italic</i> and <i>italic</i>")]
    [InlineData("~~gone~~ but ~5 and ~6", "<s>gone</s> but ~5 and ~6")]
    [InlineData("***both***", "<i><b>both</b></i>")]
    [InlineData("*a **b** c*", "<i>a <b>b</b> c</i>")]
    [InlineData("**a *b* ~~c~~**", "<b>a <i>b</i> <s>c</s></b>")]
    [InlineData("**「中文」**的", "<b>「中文」</b>的")]
    [InlineData("snake_case_name 2*3*4", "snake_case_name 2<i>3</i>4")]
    public void Should_style_emphasis(string markdown, string shown) => Assert.Equal(shown, Shown.Of(markdown));

    [Theory]
    [InlineData("**not closed", "**not closed")]
    [InlineData("*a **b c*", "*a *<i>b c</i>")]
    [InlineData("`not closed", "`not closed")]
    [InlineData("[not closed", "[not closed")]
    [InlineData("[not](closed", "[not](closed")]
    [InlineData("![", "![")]
    [InlineData("a | b", "a | b")]
    [InlineData(@"\*no\* \[no\] \", @"*no* [no] \")]
    public void Should_show_marks_that_mean_nothing(string markdown, string shown) => Assert.Equal(shown, Shown.Of(markdown));

    [Theory]
    [InlineData("# One", "<b>One</b>")]
    [InlineData("###### Six ######", "<b>Six</b>")]
    [InlineData("Under\n---", "<b>Under</b>")]
    [InlineData("# All **of** *it*", "<b>All of <i>it</i></b>")]
    [InlineData("#hashtag", "#hashtag")]
    [InlineData("# Head\ntext", "<b>Head</b>\n\ntext")]
    public void Should_embolden_headings(string markdown, string shown) => Assert.Equal(shown, Shown.Of(markdown));

    [Theory]
    [InlineData("one\n\n\n\n\ntwo", "one\n\ntwo")]
    [InlineData("one\ntwo  \nthree\\\nfour", "one\ntwo\nthree\nfour")]
    [InlineData("one\r\ntwo\r\rthree", "one\ntwo\n\nthree")]
    [InlineData("one<br>two<BR/>three<br />four", "one\ntwo\nthree\nfour")]
    [InlineData("one<br><br><br><br><br>two", "one\n\n\ntwo")]
    [InlineData("one\n\n---\n\ntwo", "one\n\n———\n\ntwo")]
    [InlineData("\n\n  one  \n\n", "one")]
    public void Should_break_lines(string markdown, string shown) => Assert.Equal(shown, Shown.Of(markdown));

    [Theory]
    [InlineData("> said", "<quote>said</quote>")]
    [InlineData("> one\n>\n> two\n\nmine", "<quote>one\n\ntwo</quote>\n\nmine")]
    [InlineData("> one\n> > two\n\nmine", "<quote>one\n\ntwo</quote>\n\nmine")]
    [InlineData("> a **b** `c`", "<quote>a <b>b</b> c</quote>")]
    [InlineData("> one\n> ```py\n> code\n> ```\n> two", "<quote>one</quote>\n\n<pre py>code</pre>\n\n<quote>two</quote>")]
    [InlineData("> ```\n> code\n> ```", "<pre>code</pre>")]
    [InlineData("> # Head\n> - item", "<quote><b>Head</b>\n\n• item</quote>")]
    public void Should_quote(string markdown, string shown) => Assert.Equal(shown, Shown.Of(markdown));

    [Theory]
    [InlineData("&lt;b&gt; &amp;amp; &copy; &#128512; &nothing;", "<b> &amp; © 😀 &nothing;")]
    [InlineData("a &#0;b&#1;c&#xD800;", "a \uFFFDb\uFFFDc\uFFFD")]
    [InlineData("<b>x</b> <!-- y --> *z*", "<b>x</b> <!-- y --> <i>z</i>")]
    [InlineData("<div class=\"a\">\n*x*<br>y\n</div>", "<div class=\"a\">\n*x*\ny\n</div>")]
    [InlineData("<br>", "")]
    public void Should_decode_entities_and_show_html_as_it_was_written(string markdown, string shown)
    {
        var text = MarkdownText.Read(markdown);
        Assert.Equal(shown.Replace("<i>z</i>", "z", StringComparison.Ordinal), text.Text);
    }

    [Theory]
    [InlineData("** a**", "** a**")]
    [InlineData("**a\u200B** b", "<b>a</b>\u200B b")]
    [InlineData("a **\u200B** b", "a \u200B b")]
    [InlineData("` a `  `` ` ``", "<code>a</code>  <code>`</code>")]
    public void Should_style_nothing_that_cannot_be_seen(string markdown, string shown) => Assert.Equal(shown, Shown.Of(markdown));

    [Fact]
    public void Should_show_no_control_characters_and_no_halves_of_characters()
    {
        const string Text = "\ud800a\0b\u0001c\u0007d\te😀\udc00";
        Assert.Equal("\uFFFDa\uFFFDbcd\te😀\uFFFD", MarkdownText.Read(Text).Text);
        Assert.Equal("\uFFFDa\uFFFDbcd\te😀\uFFFD", MarkdownText.Plain(Text).Text);
    }

    [Fact]
    public void Should_leave_plain_text_as_it_is()
    {
        var text = MarkdownText.Plain("# **a**\n  - `b`\r\n\n\n\n\n[c](http://d.e)\n\n");
        Assert.Equal("# **a**\n  - `b`\n\n\n[c](http://d.e)", text.Text);
        Assert.Empty(text.Spans);
    }

    [Fact]
    public void Should_count_in_utf_16_code_units()
    {
        var span = Assert.Single(MarkdownText.Read("😀 **👩‍👩‍👧**").Spans);
        Assert.Equal(new TextSpan(TextStyle.Bold, 3, 8), span);
    }
}
