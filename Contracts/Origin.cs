using System.Text.Json.Serialization;

namespace Bus.Contracts;

/// <summary>Where a conversation takes place: one bot, in one place of one platform.</summary>
/// <param name="Platform">A name of <see cref="Platforms"/>.</param>
/// <param name="Bot">The bot spoken to, unique on its platform.</param>
/// <param name="Place">The platform's own id of the chat, channel or session.</param>
/// <param name="Thread">The platform's own id of the thread or topic, if there is one.</param>
/// <param name="Part">
/// Which of several conversations in that place and thread: one person's, or one chain of replies. Not written where there is one only.
/// </param>
/// <param name="Guild">The platform's own id of the community that the place belongs to. Not written where places stand alone.</param>
public sealed record Origin(
    string Platform, string Bot, string Place, string? Thread = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Part = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Guild = null)
{
    /// <summary>The id of the conversation at this place; the same place always gives the same id.</summary>
    public Guid ConversationId() => Part is null
        ? Ids.From(Ids.Conversations, Platform, Bot, Place, Thread ?? "")
        : Ids.From(Ids.Conversations, Platform, Bot, Place, Thread ?? "", Part);

    /// <summary>The chat, as a path: <c>telegram/123/chat/-100</c>; the same for all its threads.</summary>
    public string Chat() => $"{Platform}/{Uri.EscapeDataString(Bot)}/chat/{Uri.EscapeDataString(Place)}";
}

/// <summary>The platforms people talk from.</summary>
public static class Platforms
{
    /// <summary>The HTTP endpoints.</summary>
    public const string Api = "api";

    /// <summary>Telegram.</summary>
    public const string Telegram = "telegram";

    /// <summary>Discord.</summary>
    public const string Discord = "discord";
}
