using Bus.Contracts;
using Bus.Events;
using Bus.Fakes.Telegram;
using Bus.Tests.Support;
using Bus.Tests.Telegram;
using Xunit;

[assembly: AssemblyFixture(typeof(SharedTelegram))]

namespace Bus.Tests.Telegram;

/// <summary>One system with one bot, for all tests that neither kill it nor change what holds for all chats; they use people and chats of their own.</summary>
public sealed class SharedTelegram : IAsyncLifetime
{
    internal const string Token = "777:shared-bot-of-all-tests";
    internal const long Admin = 9;

    private static long people = 1000;

    private TestSystem? system;
    private HostProcess? host;

    internal FakeTelegram Telegram { get; private set; } = null!;

    internal FakeBot Bot { get; private set; } = null!;

    internal TestSystem System => system!;

    internal HttpClient Http => host!.Http;

    internal HostProcess Host => host!;

    public async ValueTask InitializeAsync()
    {
        Telegram = await FakeTelegram.Start();
        Bot = Telegram.AddBot(Token, "bus_bot");
        Bot.SeesAllMessages = true;
        (system, host) = await TestSystem.Start(Settings(Telegram, Token));
    }

    public async ValueTask DisposeAsync()
    {
        if (system is not null)
            await system.DisposeAsync();
        if (Telegram is not null)
            await Telegram.DisposeAsync();
    }

    internal static Dictionary<string, string?> Settings(FakeTelegram telegram, string tokens) => new()
    {
        ["TELEGRAM_API_URL"] = telegram.Url.ToString(),
        ["TELEGRAM_BOT_TOKEN"] = tokens,
        ["TELEGRAM_ADMINS"] = $"{Admin}",
    };

    /// <summary>Somebody whom no other test knows.</summary>
    internal static FakeUser Somebody(string name = "Ann", string? language = "en") => new(Interlocked.Increment(ref people), name, LanguageCode: language);

    internal FakeChat PrivateChat(string name = "Ann", string? language = "en") => Bot.PrivateChat(Somebody(name, language));
}

internal static class TelegramLog
{
    /// <summary>The conversation of a chat.</summary>
    public static Guid Conversation(FakeBot bot, FakeChat chat, long? topic = null, string? part = null) =>
        new Origin(Platforms.Telegram, $"{bot.Id}", $"{chat.Id}", topic is null ? null : $"{topic}", part).ConversationId();

    /// <summary>The events of all sessions of a conversation, as soon as they are as wanted.</summary>
    public static Task<IReadOnlyList<StoredEvent>> Events(this TestSystem system, Guid conversation, Func<IReadOnlyList<StoredEvent>, bool> wanted) =>
        Eventually.Get(() => system.ReadAll(conversation), wanted);

    /// <summary>The events of all sessions of a conversation.</summary>
    public static async Task<IReadOnlyList<StoredEvent>> ReadAll(this TestSystem system, Guid conversation)
    {
        var sessions = await system.Scalar<Guid[]>(
            "select array_agg(stream_id order by seq_id) from mt_events where type = 'session_started' and data ->> 'ConversationId' = $1", $"{conversation}");
        var events = new List<StoredEvent>();
        foreach (var session in sessions ?? [])
            events.AddRange(await system.Log.Read(session));
        return events;
    }
}

internal static class SharedTelegramSettings
{
    /// <summary>Has the administrator set something for a chat.</summary>
    public static async Task Set(this SharedTelegram shared, FakeChat chat, string name, string value)
    {
        var place = $"/api/place-settings?platform=telegram&bot={shared.Bot.Id}&chat={chat.Id}";
        var json = new System.Text.Json.Nodes.JsonObject { [name] = Bus.Ingress.Settings.SettingFields.Parse(name, value) };
        using var body = new StringContent(json.ToJsonString(), System.Text.Encoding.UTF8, "application/json");
        using var response = await (await shared.Host.Admin()).PatchAsync(new Uri(place, UriKind.Relative), body);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
    }
}
