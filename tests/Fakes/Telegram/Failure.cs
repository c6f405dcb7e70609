namespace Bus.Fakes.Telegram;

/// <summary>What goes wrong with a call.</summary>
public sealed record Failure
{
    private Failure(string name) => Name = name;

    /// <summary>The connection is reset, and nothing was done.</summary>
    public static Failure CutBefore { get; } = new("cut before") { IsApplied = false, IsCut = true };

    /// <summary>All is done, and the connection is reset instead of an answer.</summary>
    public static Failure CutAfter { get; } = new("cut after") { IsCut = true };

    /// <summary>A gateway in between is in trouble.</summary>
    public static Failure ServerError { get; } = Answer(502, "text/html", "<html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1></center></body></html>");

    public string Name { get; }

    internal bool IsApplied { get; private init; } = true;

    internal bool IsCut { get; private init; }

    internal bool Hangs { get; private init; }

    internal int RetryAfter { get; private init; }

    internal bool StaysInForce { get; private init; }

    internal (int Status, string Type, string Body)? Raw { get; private init; }

    internal Refusal? Refusal { get; private init; }

    internal Looseness Looseness { get; private init; }

    /// <summary>Too many requests. While it stays in force, every call to that chat is refused the same way and counted.</summary>
    public static Failure TooMany(int retryAfter, bool staysInForce = false) => new($"too many, {retryAfter} s")
    {
        IsApplied = false,
        RetryAfter = retryAfter,
        StaysInForce = staysInForce,
        Refusal = Telegram.Refusal.TooMany(retryAfter),
    };

    /// <summary>A refusal in Telegram's own form.</summary>
    public static Failure Status(int code, string description) => new($"status {code}") { IsApplied = false, Refusal = new Refusal(code, description) };

    /// <summary>Any answer at all, without doing anything.</summary>
    public static Failure Answer(int status, string contentType, string body) => new($"answer {status}") { IsApplied = false, Raw = (status, contentType, body) };

    /// <summary>No answer until the client gives up.</summary>
    public static Failure Hang(bool applied = false) => new("hang") { IsApplied = applied, Hangs = true };

    /// <summary>An answer as other servers give it.</summary>
    public static Failure LooseAnswer(Looseness looseness) => new($"loose: {looseness}") { Looseness = looseness };

    public override string ToString() => $" [{Name}]";
}
