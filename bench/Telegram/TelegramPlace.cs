using Bus.Fakes.Telegram;

namespace Bus.Bench.Telegram;

/// <summary>Where a bot is talked to: each time somebody new, or a new group, so that sessions stay short.</summary>
/// <param name="Name">What it is called in the report.</param>
/// <param name="IsGroup">A group, where the bot is mentioned; else a private chat.</param>
/// <param name="HasDrafts">The server can show a text that is being written; without that, and in groups, the bot changes a message.</param>
internal sealed record TelegramPlace(string Name, bool IsGroup, bool HasDrafts)
{
    public const int TurnsPerSession = 20;

    private static long people = 1000;

    /// <summary>The one without drafts comes last: a bot that has learned that there are none does not try again.</summary>
    public static IReadOnlyList<TelegramPlace> All { get; } =
    [
        new("private chat, draft", IsGroup: false, HasDrafts: true),
        new("group, message", IsGroup: true, HasDrafts: true),
        new("private chat, message", IsGroup: false, HasDrafts: false),
    ];

    /// <summary>What shows the unfinished answer first.</summary>
    public string FirstCall => !IsGroup && HasDrafts ? "sendMessageDraft" : "sendMessage";

    public (FakeChat Chat, FakeUser Person) Open(FakeBot bot)
    {
        var person = new FakeUser(Interlocked.Increment(ref people), "Ann", LanguageCode: "en");
        return (IsGroup ? bot.Telegram.Supergroup("Bench", bots: [bot]) : bot.PrivateChat(person), person);
    }

    public string Asked(FakeBot bot, string question) => IsGroup ? $"@{bot.Username} {question}" : question;
}
