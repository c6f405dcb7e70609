namespace Bus.Fakes.Discord;

/// <summary>What goes wrong with a call.</summary>
public sealed record Failure
{
    private Failure(string name) => Name = name;

    /// <summary>The connection is reset, and nothing was done.</summary>
    public static Failure CutBefore { get; } = new("cut before") { IsApplied = false, IsCut = true };

    /// <summary>All is done, and the connection is reset instead of an answer.</summary>
    public static Failure CutAfter { get; } = new("cut after") { IsCut = true };

    /// <summary>A gateway in between is in trouble.</summary>
    public static Failure ServerError { get; } = Answer(502, "text/html", "<html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1></center><hr><center>cloudflare</center></body></html>");

    /// <summary>A gateway in between is in trouble once all is done.</summary>
    public static Failure ServerErrorAfter { get; } = ServerError with { Name = "answer 502 after", IsApplied = true };

    public string Name { get; private init; }

    internal bool IsApplied { get; private init; } = true;

    internal bool IsCut { get; private init; }

    internal bool Hangs { get; private init; }

    internal TooManyCalls? TooManyCalls { get; private init; }

    internal (int Status, string Type, string Body)? Raw { get; private init; }

    internal Refusal? Refusal { get; private init; }

    /// <summary>Too many requests. While it stays in force, every call that it holds for is refused the same way. As HTML it comes from the edge, which knows no buckets.</summary>
    public static Failure TooMany(double seconds, LimitScope scope = LimitScope.User, bool staysInForce = false, bool html = false) => new($"too many, {seconds} s, {scope}")
    {
        IsApplied = false,
        TooManyCalls = new TooManyCalls(seconds, scope, staysInForce, html),
    };

    /// <summary>A refusal in Discord's own form.</summary>
    public static Failure Status(int status, int code = 0, string message = "") => new($"status {status}") { IsApplied = false, Refusal = new Refusal(status, code, message) };

    /// <summary>Any answer at all, without doing anything.</summary>
    public static Failure Answer(int status, string contentType, string body) => new($"answer {status}") { IsApplied = false, Raw = (status, contentType, body) };

    /// <summary>No answer until the client gives up.</summary>
    public static Failure Hang(bool applied = false) => new("hang") { IsApplied = applied, Hangs = true };

    public override string ToString() => $" [{Name}]";
}

/// <summary>Whom a limit is for: the bot at this route, the bot everywhere, or all who use what the route leads to.</summary>
public enum LimitScope
{
    User,
    Global,
    Shared,
}

internal sealed record TooManyCalls(double Seconds, LimitScope Scope, bool StaysInForce, bool Html)
{
    /// <summary>A limit that the fake keeps itself, of which the headers tell.</summary>
    public bool IsBucket { get; init; }
}
