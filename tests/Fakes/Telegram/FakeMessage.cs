using System.Text.Json.Nodes;

namespace Bus.Fakes.Telegram;

/// <summary>A message as people see it now. A caption is the text of a message with a file.</summary>
public sealed record FakeMessage(long Id, FakeUser From, DateTimeOffset At)
{
    public string Text { get; init; } = "";

    public IReadOnlyList<FakeEntity> Entities { get; init; } = [];

    public FakeFile? File { get; init; }

    public string? MediaGroup { get; init; }

    public long? ReplyTo { get; init; }

    public long? Topic { get; init; }

    /// <summary>What it said before each edit, oldest first, and when it ended saying so.</summary>
    public IReadOnlyList<FakeEdit> Edits { get; init; } = [];

    public bool IsDeleted { get; init; }

    /// <summary>The reply_markup as it was sent.</summary>
    public JsonObject? Markup { get; init; }

    /// <summary>What happened, when it is a message of Telegram about the chat itself.</summary>
    public JsonObject? Service { get; init; }

    /// <summary>The callback data of its buttons, row by row.</summary>
    public IEnumerable<string> Buttons => Markup?["inline_keyboard"] is JsonArray rows
        ? rows.SelectMany(row => row!.AsArray()).Select(button => (string?)button!["callback_data"]).OfType<string>()
        : [];

    internal FormattedText Formatted => new(Text, Entities);

    public override string ToString() =>
        $"{Id} {From.FirstName}{(Topic is null ? "" : $" in {Topic}")}{(ReplyTo is null ? "" : $" to {ReplyTo}")}: {(IsDeleted ? "(deleted) " : "")}{Text}{File?.Name}{Service?.ToJsonString()}";
}

/// <summary>A text that was replaced by another.</summary>
public sealed record FakeEdit(string Text, DateTimeOffset ReplacedAt);

/// <summary>A text that a bot is still writing.</summary>
public sealed record FakeDraft(long Id, string Text, IReadOnlyList<FakeEntity> Entities, long? Topic, DateTimeOffset At);

/// <summary>What a chat says a bot is doing, such as <c>typing</c>.</summary>
public sealed record FakeAction(FakeBot Bot, string Action, long? Topic, DateTimeOffset At);
