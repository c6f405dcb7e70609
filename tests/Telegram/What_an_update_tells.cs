using System.Text.Json.Nodes;
using Xunit;

namespace Bus.Tests.Telegram;

public sealed class What_an_update_tells : FakeTelegramTest
{
    [Fact]
    public async Task Should_be_who_said_what_and_where()
    {
        Chat.Say("/start@bus_bot now");

        var message = (await Last())["message"]!;
        var at = (long)message["date"]!;
        Assert.InRange(at, 1, long.MaxValue);
        Assert.Equal($$"""
            {"message_id":1,"from":{"id":100,"is_bot":false,"first_name":"Ann","last_name":"Smith","username":"ann","language_code":"en"},
            "chat":{"id":100,"first_name":"Ann","last_name":"Smith","username":"ann","type":"private"},"date":{{at}},
            "text":"/start@bus_bot now","entities":[{"offset":0,"length":14,"type":"bot_command"}]}
            """.ReplaceLineEndings(""), message.ToJsonString());
    }

    [Fact]
    public async Task Should_be_a_reply_with_what_it_replies_to()
    {
        var sent = await Client.Result("sendMessage", new { chat_id = 100, text = "Which?" });
        Chat.Say("That", replyTo: (long)sent["message_id"]!);

        Assert.Equal("Which?", (string?)(await Last())["message"]!["reply_to_message"]!["text"]);
    }

    [Fact]
    public async Task Should_be_an_edit_with_its_time()
    {
        Chat.Edit(Chat.Say("befor"), "before");

        var edited = (await Last())["edited_message"]!;
        Assert.Equal("before", (string?)edited["text"]);
        Assert.InRange((long)edited["edit_date"]!, (long)edited["date"]!, long.MaxValue);
        Assert.Equal("befor", Assert.Single(Chat[1].Edits).Text);
    }

    [Fact]
    public async Task Should_be_a_photo_in_several_sizes()
    {
        Chat.SendPhoto(Ann, new byte[] { 1, 2, 3 }, "Look, /here");

        var message = (await Last())["message"]!;
        Assert.Equal("Look, /here", (string?)message["caption"]);
        Assert.Equal("bot_command", (string?)message["caption_entities"]![0]!["type"]);
        Assert.Null(message["text"]);
        var largest = message["photo"]!.AsArray()[^1]!;
        Assert.Equal([1, 2, 3], await Download((string)largest["file_id"]!));
    }

    [Fact]
    public async Task Should_be_a_document_with_its_name()
    {
        Chat.SendDocument(Ann, "a.txt", "text"u8.ToArray(), mimeType: "text/plain");

        var document = (await Last())["message"]!["document"]!;
        Assert.Equal(("a.txt", "text/plain", 4), ((string?)document["file_name"], (string?)document["mime_type"], (int)document["file_size"]!));
        Assert.Equal("text"u8.ToArray(), await Download((string)document["file_id"]!));
    }

    [Fact]
    public async Task Should_be_a_voice()
    {
        Chat.SendVoice(Ann, new byte[7]);
        Assert.Equal("audio/ogg", (string?)(await Last())["message"]!["voice"]!["mime_type"]);
    }

    [Fact]
    public async Task Should_be_an_album_of_messages_with_one_caption()
    {
        Chat.SendAlbum(Ann, [new byte[1], new byte[2]], "Both");

        var messages = (await Client.Result("getUpdates")).AsArray().Select(update => update!["message"]!).ToList();
        Assert.Equal(2, messages.Count);
        Assert.Single(messages.Select(message => (string?)message["media_group_id"]).Distinct(), group => group is not null);
        Assert.Equal(["Both", null], messages.Select(message => (string?)message["caption"]));
    }

    [Fact]
    public async Task Should_be_a_button_that_was_pressed()
    {
        var sent = await Client.Result("sendMessage", new
        {
            chat_id = 100,
            text = "Choose",
            reply_markup = new { inline_keyboard = new[] { new[] { new { text = "A", callback_data = "a" } } } },
        });
        var id = Chat.Press(Ann, (long)sent["message_id"]!, "a");

        var query = (await Last())["callback_query"]!;
        Assert.Equal((id, "a", "Choose"), ((string?)query["id"], (string?)query["data"], (string?)query["message"]!["text"]));
        Assert.NotNull(query["message"]!["reply_markup"]);
        await Client.Result("answerCallbackQuery", new { callback_query_id = id });
        Assert.Equal(
            "Bad Request: query is too old and response timeout expired or query ID is invalid",
            await Client.Refusal("answerCallbackQuery", new { callback_query_id = id }));
        Assert.Throws<ArgumentException>(() => Chat.Press(Ann, 1, "b"));
    }

    [Fact]
    public async Task Should_mark_what_Telegram_marks()
    {
        Chat.Say("Hi @ann_smith, mail a@b.org or see example.com/x, not a/b or me@ #tag", entities: null);

        Assert.Equal(
            ["mention @ann_smith", "email a@b.org", "url example.com/x", "hashtag #tag"],
            Chat[1].Entities.Select(entity => $"{entity.Type} {Chat[1].Text.Substring(entity.Offset, entity.Length)}"));
        Assert.Single(await Client.Result("getUpdates") as JsonArray ?? []);
    }

    private async Task<JsonNode> Last() => (await Client.Result("getUpdates")).AsArray()[^1]!;

    private async Task<byte[]> Download(string fileId)
    {
        var file = await Client.Result("getFile", new { file_id = fileId });
        using var response = await Client.Get($"/file/bot{Token}/{(string?)file["file_path"]}");
        return await response.EnsureSuccessStatusCode().Content.ReadAsByteArrayAsync();
    }
}
