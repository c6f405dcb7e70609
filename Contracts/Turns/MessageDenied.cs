namespace Bus.Contracts;

/// <summary>Somebody said something who may not talk to the bot. What they said is not kept.</summary>
/// <param name="MessageId">Follows from the platform's own id of the message; also the id of the stream that keeps this.</param>
/// <param name="Origin">Where.</param>
/// <param name="Author">The platform's own id of who said it.</param>
/// <param name="Reason">A name of <see cref="DenialReasons"/>.</param>
/// <param name="DeniedAt">When.</param>
public sealed record MessageDenied(Guid MessageId, Origin Origin, string Author, string Reason, DateTimeOffset DeniedAt);

/// <summary>Why somebody may not talk to the bot.</summary>
public static class DenialReasons
{
    /// <summary>The user is on the block list.</summary>
    public const string UserBlocked = "user_blocked";

    /// <summary>There is an allow list of users, and this one is not on it.</summary>
    public const string UserNotAllowed = "user_not_allowed";

    /// <summary>A role of the user is on the block list.</summary>
    public const string RoleBlocked = "role_blocked";

    /// <summary>The chat is on the block list.</summary>
    public const string ChatBlocked = "chat_blocked";

    /// <summary>There is an allow list of chats, and this one is not on it.</summary>
    public const string ChatNotAllowed = "chat_not_allowed";

    /// <summary>The bot does not talk in private chats.</summary>
    public const string PrivateChat = "private_chat";

    /// <summary>The account of the user waits to be let in, or is shut out.</summary>
    public const string AccountDisabled = "account_disabled";

    /// <summary>The account of the user has sent as many messages as it may.</summary>
    public const string LimitReached = "limit_reached";

    /// <summary>The command is for administrators.</summary>
    public const string CommandNotAllowed = "command_not_allowed";
}
