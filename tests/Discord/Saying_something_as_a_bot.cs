using System.Net.Http.Headers;
using Bus.Fakes.Discord;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Discord;

public sealed class Saying_something_as_a_bot : FakeDiscordTest
{
    private readonly FakeTime time = new();

    internal override TimeProvider Time => time;

    private string Messages => $"/channels/{Channel.Id}/messages";

    [Fact]
    public async Task Should_be_seen()
    {
        var sent = (await Client.Call("POST", Messages, new { content = " Hello \n", nonce = 7 }))!;

        var seen = await Channel.Shows("Hello");
        Assert.Equal(($"{seen.Id}", "7", Bot.User), ((string)sent["id"]!, (string)sent["nonce"]!, seen.Author));
        Assert.False((await Client.Call("GET", $"{Messages}/{seen.Id}"))!.AsObject().ContainsKey("nonce"));
    }

    [Fact]
    public async Task Should_be_measured_in_code_points()
    {
        await Client.Call("POST", Messages, new { content = string.Concat(Enumerable.Repeat("😀", 2000)) });

        Assert.Equal(
            ("BASE_TYPE_MAX_LENGTH", "Must be 2000 or fewer in length."),
            await Client.Wrong("POST", Messages, new { content = new string('x', 2001) }, "content"));
        Assert.Equal(4000, Assert.Single(Channel.Messages).Text.Length);
    }

    [Theory]
    [InlineData("""{}""")]
    [InlineData("""{"content":""}""")]
    [InlineData("""{"content":" \n "}""")]
    [InlineData("""{"content":null,"embeds":[]}""")]
    public async Task Should_not_be_possible_without_anything(string body) =>
        Assert.Equal("400 50006 Cannot send an empty message", await Client.Refusal("POST", Messages, Json(body)));

    [Fact]
    public async Task Should_happen_once_for_a_nonce_that_is_enforced()
    {
        var first = (await Client.Call("POST", Messages, new { content = "once", nonce = "a", enforce_nonce = true }))!;
        var again = (await Client.Call("POST", Messages, new { content = "twice", nonce = "a", enforce_nonce = true }))!;
        Assert.Equal(((string)first["id"]!, "once"), ((string)again["id"]!, (string)again["content"]!));
        await Client.Call("POST", Messages, new { content = "other", nonce = "b", enforce_nonce = true });
        await Client.Call("POST", Messages, new { content = "not enforced", nonce = "a", enforce_nonce = false });
        time.Advance(TimeSpan.FromMinutes(6));
        await Client.Call("POST", Messages, new { content = "later", nonce = "a", enforce_nonce = true });

        Assert.Equal(["once", "other", "not enforced", "later"], Channel.Messages.Select(message => message.Text));
    }

    [Fact]
    public async Task Should_not_happen_again_for_the_nonce_of_what_was_deleted()
    {
        await Client.Call("POST", Messages, new { content = "once", nonce = "a", enforce_nonce = true });
        Channel.Delete(Channel.Messages[0].Id);

        Assert.Equal("404 10008 Unknown Message", await Client.Refusal("POST", Messages, new { content = "once", nonce = "a", enforce_nonce = true }));
        Assert.Single(Channel.Messages);
    }

    [Fact]
    public async Task Should_not_be_possible_with_a_long_nonce() =>
        Assert.Equal("NONCE_TYPE_TOO_LONG", (await Client.Wrong("POST", Messages, new { content = "x", nonce = new string('n', 26) }, "nonce")).Code);

    [Fact]
    public async Task Should_answer_what_is_there()
    {
        var said = Channel.Say(Ann, "Hello");
        var sent = (await Client.Call("POST", Messages, new { content = "Hi", message_reference = new { message_id = $"{said}" } }))!;
        Assert.Equal((19, "Hello"), ((int)sent["type"]!, (string)sent["referenced_message"]!["content"]!));

        Channel.Delete(said);
        Assert.Equal(
            ("MESSAGE_REFERENCE_UNKNOWN_MESSAGE", "Unknown message"),
            await Client.Wrong("POST", Messages, new { content = "Hi", message_reference = new { message_id = $"{said}" } }, "message_reference"));
        await Client.Call("POST", Messages, new { content = "Anyway", message_reference = new { message_id = $"{said}", fail_if_not_exists = false } });
        Assert.Null((await Channel.Shows("Anyway")).ReplyTo);
        var joined = Channel.Announce(Ben, 7);
        Assert.Equal("REPLIES_CANNOT_REPLY_TO_SYSTEM_MESSAGE", (await Client.Wrong("POST", Messages, new { content = "Hi", message_reference = new { message_id = $"{joined}" } }, "message_reference")).Code);
    }

    [Theory]
    [InlineData("""{}""", true, 2, 1)]
    [InlineData("""{"allowed_mentions":{"parse":[]}}""", false, 0, 0)]
    [InlineData("""{"allowed_mentions":{"parse":[],"replied_user":true}}""", false, 1, 0)]
    [InlineData("""{"allowed_mentions":{"parse":["everyone"]}}""", true, 0, 0)]
    [InlineData("""{"allowed_mentions":{"parse":["users","roles"]}}""", false, 1, 1)]
    [InlineData("""{"allowed_mentions":{"users":["101"]}}""", false, 1, 0)]
    [InlineData("""{"allowed_mentions":{"users":["102"]}}""", false, 0, 0)]
    public async Task Should_call_whom_it_names_unless_that_is_forbidden(string allowed, bool everyone, int users, int roles)
    {
        var role = Guild.AddRole("Cats");
        var said = Channel.Say(Ann, "Hello");
        var body = System.Text.Json.Nodes.JsonNode.Parse(allowed)!;
        body["content"] = $"@everyone {Ben.Mention} {role.Mention}";
        body["message_reference"] = new System.Text.Json.Nodes.JsonObject { ["message_id"] = $"{said}" };
        await Client.Call("POST", Messages, body);

        var pings = Channel.Answers[^1].Pings;
        Assert.Equal((everyone, users, roles), (pings.Everyone, pings.Users.Count, pings.Roles.Count));
    }

    [Fact]
    public async Task Should_not_contradict_itself_about_whom_it_calls() => Assert.Equal(
        "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE",
        (await Client.Wrong("POST", Messages, new { content = "x", allowed_mentions = new { parse = new[] { "users" }, users = new[] { "1" } } }, "allowed_mentions")).Code);

    [Fact]
    public async Task Should_bring_files()
    {
        using var body = new MultipartFormDataContent();
        using var picture = new ByteArrayContent([1, 2, 3]);
        picture.Headers.ContentType = new MediaTypeHeaderValue("image/png");
        body.Add(picture, "files[1]", "b.png");
        using var text = new StringContent("some text");
        body.Add(text, "files[0]", "a.txt");
        using var json = new StringContent("""{"content":"","attachments":[{"id":0,"filename":"renamed.txt"},{"id":"1","description":"three bytes"}]}""");
        body.Add(json, "payload_json");
        var sent = (await Client.Call("POST", Messages, body))!;

        Assert.Equal(["renamed.txt", "b.png"], sent["attachments"]!.AsArray().Select(file => (string)file!["filename"]!));
        Assert.Equal(("three bytes", 3), (Channel.Messages[0].Attachments[1].Description, Channel.Messages[0].Attachments[1].Content.Length));
    }

    [Theory]
    [InlineData("""[{"type":1,"components":[{"type":2,"style":1,"label":"x"}]}]""", "components.0.components.0.custom_id", "BASE_TYPE_REQUIRED")]
    [InlineData("""[{"type":1,"components":[{"type":2,"style":1,"custom_id":"x"}]}]""", "components.0.components.0.label", "BASE_TYPE_REQUIRED")]
    [InlineData("""[{"type":1,"components":[{"type":2,"custom_id":"x","label":"x"}]}]""", "components.0.components.0.style", "BASE_TYPE_REQUIRED")]
    [InlineData("""[{"type":1,"components":[{"type":2,"style":5,"label":"x"}]}]""", "components.0.components.0.url", "BASE_TYPE_REQUIRED")]
    [InlineData("""[{"type":1,"components":[{"type":2,"style":1,"label":"x","custom_id":"a"},{"type":2,"style":1,"label":"y","custom_id":"a"}]}]""", "components.0.components.1.custom_id", "COMPONENT_CUSTOM_ID_DUPLICATED")]
    [InlineData("""[{"type":1,"components":[]}]""", "components.0.components", "BASE_TYPE_BAD_LENGTH")]
    [InlineData("""[{"type":2,"style":1,"label":"x","custom_id":"a"}]""", "components.0.type", "BASE_TYPE_CHOICES")]
    [InlineData("""[{"type":1,"components":[{"type":9}]}]""", "components.0.components.0.type", "BASE_TYPE_CHOICES")]
    public async Task Should_not_be_possible_with_wrong_buttons(string components, string place, string code) =>
        Assert.Equal(code, (await Client.Wrong("POST", Messages, Json($$"""{"content":"x","components":{{components}}}"""), place)).Code);

    [Theory]
    [InlineData(5, 5, 100, "")]
    [InlineData(6, 5, 100, "components")]
    [InlineData(1, 6, 100, "components.0.components")]
    [InlineData(1, 1, 101, "components.0.components.0.custom_id")]
    public async Task Should_have_no_more_buttons_than_there_may_be(int rows, int inRow, int length, string place)
    {
        var components = Enumerable.Range(0, rows).Select(row => new
        {
            type = 1,
            components = Enumerable.Range(0, inRow).Select(button => new { type = 2, style = 1, label = "x", custom_id = $"{row}-{button}".PadRight(length, 'x') }),
        });
        var body = new { content = "x", components };
        if (place.Length == 0)
            await Client.Call("POST", Messages, body);
        else
            Assert.Equal("BASE_TYPE_BAD_LENGTH", (await Client.Wrong("POST", Messages, body, place)).Code);
    }

    [Fact]
    public async Task Should_not_be_possible_where_it_is_forbidden()
    {
        Channel.Deny(Bot, Permissions.SendMessages);
        Assert.Equal("403 50013 Missing Permissions", await Client.Refusal("POST", Messages, new { content = "x" }));
        Channel.Allow(Bot, Permissions.SendMessages);
        Channel.Deny(Bot, Permissions.ReadMessageHistory);
        var reference = new { message_id = $"{Channel.Say(Ann, "Hello")}" };
        Assert.Equal("403 160002 Cannot reply without permission to read message history", await Client.Refusal("POST", Messages, new { content = "x", message_reference = reference }));
        await Client.Call("POST", Messages, new { content = "x" });
        var channel = Bot.PrivateChannel(Ann);
        channel.IsClosed = true;
        Assert.Equal("403 50007 Cannot send messages to this user", await Client.Refusal("POST", $"/channels/{channel.Id}/messages", new { content = "x" }));
        var thread = Guild.AddThread(Channel, "Cats");
        Channel.Deny(Bot, Permissions.SendMessages);
        await Client.Call("POST", $"/channels/{thread.Id}/messages", new { content = "x" });
        Channel.Deny(Bot, Permissions.SendMessagesInThreads);
        Assert.Equal("403 50013 Missing Permissions", await Client.Refusal("POST", $"/channels/{thread.Id}/messages", new { content = "x" }));
        var category = Guild.AddCategory("All");
        Assert.Equal("400 50008 Cannot send messages in a non-text channel", await Client.Refusal("POST", $"/channels/{category.Id}/messages", new { content = "x" }));
    }

    private static StringContent Json(string text) => new(text, System.Text.Encoding.UTF8, "application/json");
}
