namespace Bus.Ingress.Telegram.Api;

/// <summary>A call to Telegram failed. The message never holds the token.</summary>
/// <param name="problem">What it was.</param>
/// <param name="message">In words; Telegram's own, where it gave some.</param>
/// <param name="inner">What happened below.</param>
internal sealed class TelegramException(TelegramProblem problem, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>What it was.</summary>
    public TelegramProblem Problem { get; } = problem;

    /// <summary>How long Telegram wants to be left alone.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The chat has this id from now on.</summary>
    public long? MigrateToChatId { get; init; }

    /// <summary>It may have been done all the same.</summary>
    public bool MayBeDone => Problem == TelegramProblem.Unknown;

    /// <summary>It may go well later.</summary>
    public bool IsPassing => Problem is TelegramProblem.Unknown or TelegramProblem.Unreachable or TelegramProblem.TooMany;

    /// <summary>Telegram's words hold these.</summary>
    public bool Says(string words) => Message.Contains(words, StringComparison.OrdinalIgnoreCase);
}

/// <summary>Why a call failed.</summary>
internal enum TelegramProblem
{
    /// <summary>The request was refused (400, or another 4xx); the same again would be, too.</summary>
    Refused,

    /// <summary>The token is wrong (401, or 404 for all methods).</summary>
    WrongToken,

    /// <summary>The chat does not want the bot (403).</summary>
    Forbidden,

    /// <summary>The server does not know the method (404).</summary>
    NoSuchMethod,

    /// <summary>Somebody else asks for updates (409).</summary>
    Conflict,

    /// <summary>Too many calls (429); nothing was done.</summary>
    TooMany,

    /// <summary>No connection: nothing was done.</summary>
    Unreachable,

    /// <summary>No answer that could be read (5xx, a lost connection, too late, garbage): it may have been done.</summary>
    Unknown,
}
