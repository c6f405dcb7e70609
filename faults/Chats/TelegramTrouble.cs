namespace Bus.Faults.Chats;

/// <summary>What Telegram does instead of answering.</summary>
internal enum TelegramTrouble
{
    None,

    /// <summary>429 with <c>retry_after</c>: from then on every call to that chat is refused for as long.</summary>
    TooManyRequests,

    /// <summary>500 in Telegram's own form; nothing is done.</summary>
    ServerError,

    /// <summary>502 with a page of some gateway; nothing is done.</summary>
    BadGateway,

    /// <summary>The connection is reset, and nothing is done.</summary>
    CutBefore,

    /// <summary>All is done, and the connection is reset instead of an answer.</summary>
    CutAfter,

    /// <summary>No answer at all, whether it is done or not.</summary>
    Hang,

    /// <summary>Answers as servers give them that only look like Telegram.</summary>
    Loose,
}
