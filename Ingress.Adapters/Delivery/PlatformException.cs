namespace Bus.Ingress.Delivery;

/// <summary>A call to a platform failed. The message never holds a token.</summary>
/// <param name="problem">What it was.</param>
/// <param name="message">In words; the platform's own, where it gave some.</param>
/// <param name="inner">What happened below.</param>
internal class PlatformException(PlatformProblem problem, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>What it was.</summary>
    public PlatformProblem Problem { get; } = problem;

    /// <summary>How long the platform wants to be left alone.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>It may have been done all the same.</summary>
    public bool MayBeDone => Problem == PlatformProblem.Unknown;

    /// <summary>It may go well later.</summary>
    public bool IsPassing => Problem is PlatformProblem.Unknown or PlatformProblem.Unreachable or PlatformProblem.TooMany;

    /// <summary>The platform's words hold these.</summary>
    public bool Says(string words) => Message.Contains(words, StringComparison.OrdinalIgnoreCase);
}

/// <summary>Why a call failed.</summary>
internal enum PlatformProblem
{
    /// <summary>The request was refused (400, or another 4xx); the same again would be, too.</summary>
    Refused,

    /// <summary>The token is wrong (401; on Telegram also 404 for all methods).</summary>
    WrongToken,

    /// <summary>The place does not want the bot (403).</summary>
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
