using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Xunit;

namespace Bus.Tests.Telegram;

public sealed class Calling_Telegram : FakeTelegramTest
{
    [Theory]
    [InlineData($"/bot{Token}/sendmessage?chat_id=100&text=Hi%20there", 200, "")]
    [InlineData($"/bot{Token}/doMagic", 404, "Not Found: method not found")]
    [InlineData("/bot4242:wrong/getMe", 401, "Unauthorized")]
    [InlineData("/botwrong/getMe", 404, "Not Found")]
    [InlineData("/", 404, "Not Found")]
    public async Task Should_work_by_query_and_name(string path, int status, string why)
    {
        using var response = await Client.Get(path);
        var answer = (await response.Content.ReadFromJsonAsync<JsonObject>())!;
        Assert.Equal((status, why), ((int)response.StatusCode, (string?)answer["description"] ?? ""));
        Assert.Equal(status == 200 ? ["Hi there"] : [], Chat.Messages.Select(message => message.Text));
    }

    [Fact]
    public async Task Should_not_work_with_a_token_that_was_revoked()
    {
        await Client.Result("getMe");
        Telegram.Revoke(Bot);
        Assert.Equal("Unauthorized", await Client.Refusal("getMe"));
    }

    [Fact]
    public async Task Should_work_by_form()
    {
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["chat_id"] = "100",
            ["text"] = "Hi",
            ["entities"] = """[{"type":"bold","offset":0,"length":2}]""",
        });
        using var response = await Client.Post("sendMessage", form);
        Assert.Equal("bold", Assert.Single((await Chat.Shows("Hi")).Entities).Type);
        Assert.Equal(100, Assert.Single(Telegram.Calls).ChatId);
    }

    [Fact]
    public async Task Should_not_work_with_broken_JSON()
    {
        using var response = await Client.Post("sendMessage", new StringContent("{\"chat_id\":", Encoding.UTF8, "application/json"));
        Assert.Equal(400, (int)response.StatusCode);
    }

    [Theory]
    [InlineData("document", null)]
    [InlineData("part7", "attach://part7")]
    public async Task Should_bring_a_file_in_a_part(string part, string? field)
    {
        using var form = new MultipartFormDataContent { { new StringContent("100"), "chat_id" }, { new StringContent(" Here "), "caption" } };
        if (field is not null)
            form.Add(new StringContent(field), "document");
        form.Add(new ByteArrayContent("bytes"u8.ToArray()), part, "b.bin");
        using var response = await Client.Post("sendDocument", form);
        var document = (await response.Content.ReadFromJsonAsync<JsonObject>())!["result"]!["document"]!;

        var message = await Chat.Shows("Here");
        Assert.Equal(("b.bin", "bytes"), (message.File!.Name, Encoding.UTF8.GetString(message.File.Content.Span)));
        Assert.Equal("b.bin", Assert.Single(Assert.Single(Telegram.Calls).Files).Name);
        await Client.Result("sendDocument", new { chat_id = 100, document = (string?)document["file_id"] });
        Assert.Equal(message.File, Chat.Messages[^1].File);
        Assert.Equal("Bad Request: can't use file of type Document as Photo", await Client.Refusal("sendPhoto", new { chat_id = 100, photo = (string?)document["file_id"] }));
    }

    [Fact]
    public async Task Should_need_a_file_to_send_one()
    {
        Assert.Equal("Bad Request: there is no photo in the request", await Client.Refusal("sendPhoto", new { chat_id = 100 }));
        Assert.Equal("Bad Request: wrong file identifier/HTTP URL specified", await Client.Refusal("sendPhoto", new { chat_id = 100, photo = "nothing" }));
        Assert.Equal("Bad Request: invalid file_id", await Client.Refusal("getFile", new { file_id = "nothing" }));
        using var response = await Client.Get($"/file/bot{Token}/photos/none.jpg");
        Assert.Equal(404, (int)response.StatusCode);
    }

    [Fact]
    public async Task Should_keep_commands_by_scope_and_language()
    {
        await Client.Result("setMyCommands", new { commands = new[] { new { command = "new", description = "Begin again" } } });
        await Client.Result("setMyCommands", new { commands = new[] { new { command = "neu", description = "Von vorn" } }, language_code = "de", scope = new { type = "all_private_chats" } });

        Assert.Equal("new", (string?)(await Client.Result("getMyCommands"))[0]!["command"]);
        Assert.Equal("neu", (string?)(await Client.Result("getMyCommands", new { language_code = "de", scope = new { type = "all_private_chats" } }))[0]!["command"]);
        Assert.Empty((await Client.Result("getMyCommands", new { language_code = "de" })).AsArray());
        Assert.Equal(2, Bot.Commands.Count);
    }

    [Theory]
    [InlineData("New", "x", "Bad Request: BOT_COMMAND_INVALID")]
    [InlineData("", "x", "Bad Request: BOT_COMMAND_INVALID")]
    [InlineData("new", "", "Bad Request: BOT_COMMAND_DESCRIPTION_INVALID")]
    public async Task Should_not_offer_commands_that_cannot_be(string command, string description, string why) =>
        Assert.Equal(why, await Client.Refusal("setMyCommands", new { commands = new[] { new { command, description } } }));
}
