using Xunit;

namespace Bus.Tests.Telegram;

public sealed class Saying_something_as_a_bot : FakeTelegramTest
{
    private const int UserId = 100;

    [Fact]
    public async Task Should_be_seen()
    {
        var sent = await Client.Result("sendMessage", new { chat_id = UserId, text = "Hello, see https://example.com." });

        var seen = await Chat.Shows("Hello, see https://example.com.");
        Assert.Equal((long)sent["message_id"]!, seen.Id);
        Assert.Equal(Bot.User, seen.From);
        Assert.Equal(("url", 11, 19), Assert.Single(seen.Entities) is var url ? (url.Type, url.Offset, url.Length) : default);
    }

    [Theory]
    [InlineData("", "Bad Request: message text is empty")]
    [InlineData(" \n\u200b ", "Bad Request: text must be non-empty")]
    public async Task Should_not_be_possible_without_text(string text, string why) =>
        Assert.Equal(why, await Client.Refusal("sendMessage", new { chat_id = UserId, text }));

    [Fact]
    public async Task Should_be_as_long_as_a_message_may_be_once_it_is_trimmed()
    {
        await Client.Result("sendMessage", new { chat_id = UserId, text = $"\n {new string('x', 4096)} \n" });
        Assert.Equal("Bad Request: message is too long", await Client.Refusal("sendMessage", new { chat_id = UserId, text = new string('x', 4097) }));
        Assert.Equal(4096, Assert.Single(Chat.Messages).Text.Length);
    }

    [Fact]
    public async Task Should_move_entities_with_the_text()
    {
        await Client.Result("sendMessage", new { chat_id = UserId, text = "\r\n  a 😀bold ", entities = new[] { new { type = "bold", offset = 6, length = 7 } } });
        var message = Assert.Single(Chat.Messages);
        Assert.Equal("a 😀bold", message.Text);
        Assert.Equal(("bold", 2, 6), Assert.Single(message.Entities) is var bold ? (bold.Type, bold.Offset, bold.Length) : default);
    }

    [Theory]
    [InlineData("bold", 5, 1, "Bad Request: entity begins after the end of the text at UTF-16 offset 5")]
    [InlineData("bold", 0, 6, "Bad Request: entity beginning at UTF-16 offset 0 ends after the end of the text at UTF-16 offset 6")]
    [InlineData("bold", 4, 1, "Bad Request: entity begins in a middle of a UTF-16 symbol at byte offset 3")]
    [InlineData("sparkle", 0, 1, "Bad Request: can't parse MessageEntity: Unsupported type specified")]
    public async Task Should_not_be_possible_with_wrong_entities(string type, int offset, int length, string why) =>
        Assert.Equal(why, await Client.Refusal("sendMessage", new { chat_id = UserId, text = "abc😀", entities = new[] { new { type, offset, length } } }));
}
