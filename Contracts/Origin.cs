namespace Bus.Contracts;

/// <summary>Where a conversation takes place: one bot, in one place of one platform.</summary>
/// <param name="Platform">A name of <see cref="Platforms"/>.</param>
/// <param name="Bot">The bot spoken to, unique on its platform.</param>
/// <param name="Place">The platform's own id of the chat, channel or session.</param>
/// <param name="Thread">The platform's own id of the thread or topic, if there is one.</param>
public sealed record Origin(string Platform, string Bot, string Place, string? Thread = null)
{
    /// <summary>The id of the conversation at this place; the same place always gives the same id.</summary>
    public Guid ConversationId() => Ids.From(Ids.Conversations, Platform, Bot, Place, Thread ?? "");
}

/// <summary>The platforms people talk from.</summary>
public static class Platforms
{
    /// <summary>The HTTP endpoints.</summary>
    public const string Api = "api";
}
