using System.Text.Json.Nodes;

namespace Bus.Fakes.Discord;

/// <summary>A message as people see it now.</summary>
public sealed record FakeMessage(ulong Id, FakeChannel Channel, FakeUser Author, DateTimeOffset At)
{
    internal const int Suppressed = 1 << 2;
    internal const int Ephemeral = 1 << 6;
    internal const int Loading = 1 << 7;
    internal const int Silent = 1 << 12;
    internal const int NewComponents = 1 << 15;

    public string Text { get; init; } = "";

    /// <summary>Discord's number of the kind: 0 for what someone says, 19 for a reply, 6 for a pin, 7 for one who joins, 20 for a slash command.</summary>
    public int Type { get; init; }

    public ulong? ReplyTo { get; init; }

    public IReadOnlyList<FakeAttachment> Attachments { get; init; } = [];

    public JsonArray Components { get; init; } = [];

    public JsonArray Embeds { get; init; } = [];

    public IReadOnlyList<string> Stickers { get; init; } = [];

    public int Flags { get; init; }

    public string? Nonce { get; init; }

    /// <summary>Who hears a sound.</summary>
    public FakePings Pings { get; init; } = FakePings.Nobody;

    /// <summary>What it said before each edit, oldest first, and when it ended saying so.</summary>
    public IReadOnlyList<FakeEdit> Edits { get; init; } = [];

    public IReadOnlyList<FakeReaction> Reactions { get; init; } = [];

    public bool IsDeleted { get; init; }

    /// <summary>The webhook that said it: that of a person, or the application with an interaction.</summary>
    public ulong? WebhookId { get; init; }

    /// <summary>What it answers, when it does.</summary>
    public FakeInteraction? Interaction { get; init; }

    /// <summary>Whether only the one who used a command or a button sees it.</summary>
    public bool IsEphemeral => (Flags & Ephemeral) != 0;

    /// <summary>Whether people see that the bot is thinking.</summary>
    public bool IsLoading => (Flags & Loading) != 0;

    /// <summary>The custom ids of its buttons and menus, row by row.</summary>
    public IEnumerable<string> CustomIds => Controls.Select(control => (string?)control["custom_id"]).OfType<string>();

    internal IEnumerable<JsonObject> Controls => Descend(Components);

    public override string ToString() =>
        $"{Id} {Author.Username}{(ReplyTo is null ? "" : $" to {ReplyTo}")}: {(IsDeleted ? "(deleted) " : "")}{(IsEphemeral ? "(ephemeral) " : "")}{(IsLoading ? "(is thinking) " : "")}{Text}{string.Concat(Attachments.Select(file => $" [{file.Name}]"))}";

    private static IEnumerable<JsonObject> Descend(JsonArray components) => components.OfType<JsonObject>().SelectMany(component =>
        component["components"] is JsonArray inner ? Descend(inner) : [component]);
}

/// <summary>A text that was replaced by another.</summary>
public sealed record FakeEdit(string Text, DateTimeOffset ReplacedAt);

public sealed record FakeReaction(FakeUser User, string Emoji);

/// <summary>Shown while a bot says that it writes.</summary>
public sealed record FakeTyping(FakeUser User, DateTimeOffset At);

/// <summary>Whom a message calls.</summary>
public sealed record FakePings(bool Everyone, IReadOnlyList<ulong> Roles, IReadOnlyList<ulong> Users)
{
    public static FakePings Nobody { get; } = new(false, [], []);

    public bool IsNobody => !Everyone && Roles.Count == 0 && Users.Count == 0;
}
