using Xunit;

namespace Bus.Tests.Delivery;

public sealed class Reading_code_and_tables
{
    [Theory]
    [InlineData("a `b` c", "a <code>b</code> c")]
    [InlineData("``a ` b``", "<code>a ` b</code>")]
    [InlineData("`**a** <b>&amp;`", "<code>**a** <b>&amp;</code>")]
    [InlineData("**a `b` c**", "<b>a</b> <code>b</code> <b>c</b>")]
    [InlineData("***`a`***", "<code>a</code>")]
    [InlineData("# `a` b", "<code>a</code> <b>b</b>")]
    [InlineData("[`a`](https://b.c)", "<a https://b.c>a</a>")]
    public void Should_put_no_other_style_over_code(string markdown, string shown) => Assert.Equal(shown, Shown.Of(markdown));

    [Theory]
    [InlineData("```\na\n\nb\n```", "<pre>a\n\nb</pre>")]
    [InlineData("```c#\na\n```\nafter", "<pre c#>a</pre>\n\nafter")]
    [InlineData("~~~c++ title=\"x\"\na\n~~~", "<pre c++>a</pre>")]
    [InlineData("```{.py}<&!é\na\n```", "<pre .py>a</pre>")]
    [InlineData("```!!!\na\n```", "<pre>a</pre>")]
    [InlineData("```abcdefghijklmnopqrstuvwxyz0123456789\na\n```", "<pre abcdefghijklmnopqrstuvwxyz012345>a</pre>")]
    [InlineData("```js\nnot closed\n**a**", "<pre js>not closed\n**a**</pre>")]
    [InlineData("text\n\n    a\n      b\n\nafter", "text\n\n<pre>a\n  b</pre>\n\nafter")]
    [InlineData("```\n\n    if x:\n        y\n\n```", "<pre>    if x:\n        y</pre>")]
    [InlineData("a\n```\n```\nb", "a\n\nb")]
    [InlineData("- a\n  ```sh\n  b\n    c\n  ```\n- d", "• a\n<pre sh>b\n  c</pre>\n• d")]
    [InlineData("1. ```\n   a\n   ```", "1. \n<pre>a</pre>")]
    public void Should_keep_blocks_of_code(string markdown, string shown) => Assert.Equal(shown, Shown.Of(markdown));

    [Theory]
    [InlineData("| a | bcd |\n|---|---|\n| 12 | **x** |", "<pre>a  | bcd\n---+----\n12 | x</pre>")]
    [InlineData("a | b\n-:|:-:\nlong | longer\n1 | 2", "<pre>   a |   b\n-----+-------\nlong | longer\n   1 |   2</pre>")]
    [InlineData("| a |\n|---|\n| 1 | 2 |", "<pre>a |\n--+--\n1 | 2</pre>")]
    [InlineData("|a|b|\n|-|-|\n|`x`<br>y|&lt;😀|\n||z|", "<pre>a   | b\n----+---\nx y | <😀\n    | z</pre>")]
    [InlineData("|a|\n|-|\n|[x](https://y.z) https://y.z|", "<pre>a\n---------------------------\nx (https://y.z) https://y.z</pre>")]
    [InlineData("Here:\n| a |\n|---|\n| b |", "Here:\n\n<pre>a\n-\nb</pre>")]
    [InlineData("- Here:\n  |a|b|\n  |:-|-\n  |c|d|", "• Here:\n<pre>a | b\n--+--\nc | d</pre>")]
    [InlineData("> Here:\n> |a|\n> |-|\n> |b|", "<quote>Here:</quote>\n\n<pre>a\n-\nb</pre>")]
    [InlineData("|a|\n|-|\n|b|\n|-|\n|c|", "<pre>a\n-\nb\n-\nc</pre>")]
    [InlineData("|a|\n|-|\n| www.b.c <https://d.e> |", "<pre>a\n-------------------\nwww.b.c https://d.e</pre>")]
    [InlineData("Here:\n    |a|\n    |-|", "Here:\n\n<pre>a\n-</pre>")]
    [InlineData("Here:\n| a |\n| b |", "Here:\n| a |\n| b |")]
    [InlineData("```\nHere:\n| a |\n|---|\n```", "<pre>Here:\n| a |\n|---|</pre>")]
    [InlineData("> |a|\n> |-|\n> |b|", "<pre>a\n-\nb</pre>")]
    public void Should_align_tables(string markdown, string shown) => Assert.Equal(shown, Shown.Of(markdown));

    [Fact]
    public void Should_not_widen_a_table_for_a_long_cell()
    {
        var shown = Shown.Of($"|a|b|\n|-|-|\n|{new string('x', 500)}|y|\n|z|w|");
        Assert.Equal($"<pre>a{new string(' ', 39)} | b\n{new string('-', 40)}-+--\n{new string('x', 500)} | y\nz{new string(' ', 39)} | w</pre>", shown);
    }
}
