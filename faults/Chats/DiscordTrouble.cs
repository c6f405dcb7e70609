namespace Bus.Faults.Chats;

/// <summary>What Discord does instead of answering a call.</summary>
internal enum DiscordTrouble
{
    None,

    /// <summary>429 for the bot: from then on calls of that kind to that channel are refused for as long.</summary>
    TooManyRequests,

    /// <summary>429 for all calls of the bot.</summary>
    TooManyOfAll,

    /// <summary>500 in Discord's own form; nothing is done.</summary>
    ServerError,

    /// <summary>502 with a page of the edge; nothing is done.</summary>
    BadGateway,

    /// <summary>502 with a page of the edge, and all is done.</summary>
    BadGatewayAfter,

    /// <summary>The connection is reset, and nothing is done.</summary>
    CutBefore,

    /// <summary>All is done, and the connection is reset instead of an answer.</summary>
    CutAfter,

    /// <summary>No answer at all, whether it is done or not.</summary>
    Hang,
}

/// <summary>What goes wrong where bots listen.</summary>
internal enum GatewayTrouble
{
    /// <summary>All connections are reset.</summary>
    Cut,

    /// <summary>Bots are asked to connect anew (op 7).</summary>
    AskedToReconnect,

    /// <summary>Sessions are not valid for the moment (op 9) and can be gone on with.</summary>
    InvalidForNow,

    /// <summary>Sessions are not valid any more (op 9).</summary>
    Invalid,

    /// <summary>Nobody listens for a while, and no session can be gone on with: what was said meanwhile has to be looked for.</summary>
    Forgotten,

    /// <summary>Connections stay open, and nothing comes any more.</summary>
    Silent,

    /// <summary>Something comes that cannot be read.</summary>
    Garbage,

    /// <summary>Connections are cut, and whoever connects is refused.</summary>
    Refusing,

    /// <summary>What comes is torn into small frames.</summary>
    SplitFrames,
}
