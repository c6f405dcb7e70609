using Xunit;

namespace Bus.Tests.Telegram;

public sealed class Marking_up_a_text : FakeTelegramTest
{
    [Theory]
    [InlineData("Markdown", "*a* _b_ `c*` [d](http://e.org) \\*", "a b c* d *", "bold 0 1, italic 2 1, code 4 2, text_link 7 1")]
    [InlineData("Markdown", "```js\nx\n```", "x", "pre 0 1")]
    [InlineData("MarkdownV2", "*a _b_ c* __u__ ~s~ ||p|| \\. `x.y`", "a b c u s p . x.y", "bold 0 5, italic 2 1, underline 6 1, strikethrough 8 1, spoiler 10 1, code 14 3")]
    [InlineData("MarkdownV2", "```js\n1 + 1;\n``` [l](http://e.org/\\))", "1 + 1;\n l", "pre 0 7, text_link 8 1")]
    [InlineData("MarkdownV2", ">one\n>two\nthree", "one\ntwo\nthree", "blockquote 0 7")]
    [InlineData("HTML", "<b>a <i>b</i></b> &lt;c&gt; <a href=\"http://e.org/?a=1&amp;b=2\">d</a>", "a b <c> d", "bold 0 3, italic 2 1, text_link 8 1")]
    [InlineData("HTML", "<pre><code class=\"language-cs\">x</code></pre><tg-spoiler>y</tg-spoiler>", "xy", "pre 0 1, spoiler 1 1")]
    public async Task Should_leave_the_text_and_what_was_marked(string mode, string marked, string text, string entities)
    {
        await Client.Result("sendMessage", new { chat_id = 100, text = marked, parse_mode = mode });

        var message = Assert.Single(Chat.Messages);
        Assert.Equal(text, message.Text);
        Assert.Equal(entities, string.Join(", ", message.Entities.Select(entity => $"{entity.Type} {entity.Offset} {entity.Length}")));
    }

    [Theory]
    [InlineData("Markdown", "é *a", "Can't find end of the entity starting at byte offset 3")]
    [InlineData("MarkdownV2", "é *a", "Can't find end of Bold entity at byte offset 3")]
    [InlineData("MarkdownV2", "*a _b* c_", "Can't find end of Italic entity at byte offset 3")]
    [InlineData("MarkdownV2", "The end.", "Character '.' is reserved and must be escaped with the preceding '\\'")]
    [InlineData("HTML", "<b>a", "Can't find end tag corresponding to start tag \"b\"")]
    [InlineData("HTML", "<b>a</i>", "Unmatched end tag at byte offset 4, expected \"</b>\", found \"</i>\"")]
    [InlineData("HTML", "a</b>", "Unexpected end tag at byte offset 1")]
    [InlineData("HTML", "a <h1>b</h1>", "Unsupported start tag \"h1\" at byte offset 2")]
    public async Task Should_be_refused_when_marks_do_not_fit(string mode, string marked, string why) =>
        Assert.Equal($"Bad Request: can't parse entities: {why}", await Client.Refusal("sendMessage", new { chat_id = 100, text = marked, parse_mode = mode }));

    [Fact]
    public async Task Should_be_done_in_a_known_way() =>
        Assert.Equal("Bad Request: unsupported parse_mode", await Client.Refusal("sendMessage", new { chat_id = 100, text = "x", parse_mode = "BBCode" }));

    [Fact]
    public async Task Should_split_what_overlaps()
    {
        await Client.Result("sendMessage", new
        {
            chat_id = 100,
            text = "abcdef /x",
            entities = new[] { new { type = "bold", offset = 0, length = 4 }, new { type = "italic", offset = 2, length = 4 }, new { type = "code", offset = 7, length = 2 }, new { type = "bold", offset = 7, length = 1 } },
        });
        Assert.Equal("bold 0 4, italic 2 2, italic 4 2, code 7 2", string.Join(", ", Chat[1].Entities.Select(entity => $"{entity.Type} {entity.Offset} {entity.Length}")));
    }
}
