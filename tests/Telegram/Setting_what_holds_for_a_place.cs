using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Bus.Contracts;
using Bus.Fakes.Telegram;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Telegram;

public sealed class Setting_what_holds_for_a_place(SharedTelegram shared)
{
    private static readonly FakeUser Admin = new(SharedTelegram.Admin, "Root", LanguageCode: "en");

    [Fact]
    public async Task Should_take_the_narrowest_place_that_says_something()
    {
        var forum = shared.Telegram.Supergroup("Cascade", isForum: true, bots: [shared.Bot]);
        var topic = forum.AddTopic("Cats");
        var user = SharedTelegram.Somebody();
        var (chat, narrower, person) = ($"bot={shared.Bot.Id}&chat={forum.Id}", $"bot={shared.Bot.Id}&chat={forum.Id}&topic={topic}", $"bot={shared.Bot.Id}&user={user.Id}");
        await Patch(chat, """{"temperature": 0.1, "max_tokens": 100, "language": "ru"}""");
        await Patch(narrower, """{"temperature": 0.2, "max_tokens": 200}""");
        await Patch(person, """{"temperature": 0.3}""");

        var there = await Get($"bot={shared.Bot.Id}&chat={forum.Id}&topic={topic}&user={user.Id}");
        Assert.Equal((0.3, 200, "ru"), ((double)there["effective"]!["temperature"]!, (int)there["effective"]!["max_tokens"]!, (string?)there["effective"]!["language"]));
        Assert.Equal($"telegram/{shared.Bot.Id}/user/{user.Id}", (string?)there["from"]!["temperature"]);
        Assert.Equal($"telegram/{shared.Bot.Id}/chat/{forum.Id}/topic/{topic}", (string?)there["from"]!["max_tokens"]);
        Assert.Equal("queue", (string?)there["effective"]!["when_busy"]);
        Assert.Equal(["9"], there["effective"]!["admins"]!.AsArray().Select(admin => (string?)admin)); // TELEGRAM_ADMINS
        Assert.False(there["from"]!.AsObject().ContainsKey("when_busy"));

        await Patch(narrower, """{"max_tokens": null}""");
        Assert.Equal(100, (int)(await Get(narrower))["effective"]!["max_tokens"]!);
    }

    [Fact]
    public async Task Should_reach_the_model()
    {
        var chat = shared.PrivateChat();
        await shared.Set(chat, "system", "You are a pirate.");
        await shared.Set(chat, "temperature", "0.5");
        chat.Say("hello");
        await chat.Until(now => now.Answers.Count == 1);
        await shared.Set(chat, "model", "gpt-99");
        chat.Say("again");
        await chat.Until(now => now.Answers.Count == 2);

        Assert.Contains("There is no model 'gpt-99'", chat.Answers[1].Text, StringComparison.Ordinal);
        var events = await shared.System.Events(TelegramLog.Conversation(shared.Bot, chat), log => log.All<ReplyDelivered>().Count == 2);
        Assert.Equal("You are a pirate.", events.All<ContextBuilt>()[0].Prompt.Instruction);
        Assert.Equal(new ModelOptions(0.5, null, null, "You are a pirate."), events.All<MessageReceived>()[0].Options);
    }

    [Fact]
    public async Task Should_be_shown_and_changed_by_a_command_of_an_administrator()
    {
        var group = shared.Telegram.Supergroup("Command", bots: [shared.Bot]);
        group.Say(Admin, "/settings@bus_bot temperature 0.7");
        await group.Shows($"Changed: temperature = 0.7 (for telegram/{shared.Bot.Id}/chat/{group.Id})");
        group.Say(Admin, "/settings@bus_bot keywords cats, dogs");
        await group.Shows($"Changed: keywords = cats, dogs (for telegram/{shared.Bot.Id}/chat/{group.Id})");
        group.Say(SharedTelegram.Somebody(), "/settings@bus_bot");
        var shown = await group.Until(now => now.Answers.FirstOrDefault(answer => answer.Text.StartsWith("Settings of this place", StringComparison.Ordinal)));
        Assert.Contains($"temperature = 0.7 (telegram/{shared.Bot.Id}/chat/{group.Id})", shown.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("admins", shown.Text, StringComparison.Ordinal);
        group.Say(Admin, "/settings@bus_bot temperature -");
        await group.Shows($"Taken away: temperature (for telegram/{shared.Bot.Id}/chat/{group.Id})");
        Assert.Null((await Get($"bot={shared.Bot.Id}&chat={group.Id}"))["own"]!["temperature"]);

        var stream = await shared.System.Scalar<Guid>("select stream_id from mt_events where type = 'settings_changed' and data ->> 'Scope' = $1 limit 1", $"telegram/{shared.Bot.Id}/chat/{group.Id}");
        var changes = (await shared.System.Log.Read(stream)).All<SettingsChanged>();
        Assert.Equal(["temperature=0.7", "keywords=[\"cats\",\"dogs\"]", "temperature="], changes.Select(change => $"{change.Changes[0].Name}={change.Changes[0].Value}"));
        Assert.All(changes, change => Assert.Equal($"telegram:{Admin.Id}", change.ChangedBy));
    }

    [Fact]
    public async Task Should_not_be_changed_by_anybody_else_nor_wider_than_their_rights_go()
    {
        var group = shared.Telegram.Supergroup("Rights", bots: [shared.Bot]);
        var local = SharedTelegram.Somebody("Local");
        await shared.Set(group, "admins", $"{local.Id}");
        group.Say(local, "/settings@bus_bot temperature 1");
        await group.Until(now => now.Answers.Any(answer => answer.Text.StartsWith("Changed: temperature = 1", StringComparison.Ordinal)));
        var before = group.Answers.Count;
        foreach (var wider in (string[])["bot temperature 1", $"user:{local.Id} temperature 1"])
            group.Say(local, $"/settings@bus_bot {wider}");
        group.Say(SharedTelegram.Somebody(), "/settings@bus_bot temperature 2");
        await group.Until(now => now.Answers.Count == before + 3);
        Assert.All(group.Answers.Skip(before), answer => Assert.Equal("Only administrators may do that.", answer.Text));
    }

    [Theory]
    [InlineData("bot=1", """{"temperature": 3}""", "temperature")]
    [InlineData("bot=1", """{"temperature": "warm"}""", "temperature")]
    [InlineData("bot=1", """{"nonsense": 1}""", "nonsense")]
    [InlineData("bot=1", """{"regex": "(a"}""", "regex")]
    [InlineData("bot=1", """{"regex": "(a)\\1"}""", "regex")]
    [InlineData("bot=1", """{"when_busy": "sleep"}""", "when_busy")]
    [InlineData("bot=1", """{"prefixes": ["ok", ""]}""", "prefixes")]
    [InlineData("bot=1", """{"language": "fr"}""", "language")]
    [InlineData("bot=1", """{"gather_seconds": 11}""", "gather_seconds")]
    [InlineData("bot=1", """{"probability": -0.1}""", "probability")]
    [InlineData("bot=1", """{"max_tokens": 1.5}""", "max_tokens")]
    [InlineData("bot=1", """{"listen": "yes"}""", "listen")]
    [InlineData("chat=1", "{}", "bot")]
    [InlineData("bot=1&topic=2", "{}", "chat")]
    [InlineData("bot=", "{}", "bot")]
    public async Task Should_be_refused_with_the_name_of_what_is_wrong(string place, string json, string field)
    {
        using var response = await Send(place, json);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        var problem = await response.Content.ReadFromJsonAsync<JsonObject>();
        Assert.Equal(field, Assert.Single(problem!["errors"]!.AsObject()).Key);
    }

    [Fact]
    public async Task Should_be_refused_for_a_platform_that_there_is_not()
    {
        using var response = await (await shared.Host.Admin()).GetAsync(new Uri("/api/place-settings?platform=fax", UriKind.Relative));
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    private async Task<JsonObject> Get(string place) =>
        (await (await shared.Host.Admin()).GetFromJsonAsync<JsonObject>(new Uri($"/api/place-settings?platform=telegram&{place}", UriKind.Relative)))!;

    private async Task Patch(string place, string json)
    {
        using var response = await Send(place, json);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
    }

    private async Task<HttpResponseMessage> Send(string place, string json)
    {
        using var body = new StringContent(json, Encoding.UTF8, "application/json");
        return await (await shared.Host.Admin()).PatchAsync(new Uri($"/api/place-settings?platform=telegram&{place}", UriKind.Relative), body);
    }
}
