using System.Globalization;
using System.Text.Json.Nodes;

namespace Bus.Fakes.Discord;

/// <summary>A call over REST, and what it was told.</summary>
public sealed class FakeCall
{
    public long Number { get; internal init; }

    public required string Method { get; init; }

    /// <summary>What follows the version: <c>/channels/1/messages</c>.</summary>
    public required string Path { get; init; }

    /// <summary>The path with names instead of what stands there: <c>/channels/{channel}/messages</c>; empty where there is no such route.</summary>
    public string Route { get; internal init; } = "";

    public IReadOnlyDictionary<string, string> Query { get; internal init; } = new Dictionary<string, string>();

    /// <summary>Who calls: by the token, or by the interaction.</summary>
    public FakeBot? Bot { get; internal set; }

    /// <summary>The body, or what came as payload_json beside files.</summary>
    public JsonNode? Body { get; internal set; }

    public IReadOnlyList<FakeFile> Files { get; internal set; } = [];

    public string? Authorization { get; internal init; }

    public string? UserAgent { get; internal init; }

    /// <summary>Where the caller believes the server to be: what is told of other addresses follows from it, so that a relay in between is kept.</summary>
    internal string Host { get; init; } = "";

    /// <summary>The port of the connection that it came over, on the side of the bot.</summary>
    public int RemotePort { get; internal init; }

    public DateTimeOffset At { get; internal init; }

    public ulong? ChannelId => Id("channel");

    public ulong? MessageId => Id("message");

    public string? Text => ((Body as JsonObject)?["content"] ?? ((Body as JsonObject)?["data"] as JsonObject)?["content"]) is JsonValue text && text.TryGetValue(out string? value) ? value : null;

    /// <summary>The failure it met, if any.</summary>
    public Failure? Failure { get; internal set; }

    /// <summary>The HTTP status of the answer; null as long as there is none, and for ever when the connection was cut.</summary>
    public int? Status { get; internal set; }

    /// <summary>Discord's own code of a refusal, and why.</summary>
    public int? Code { get; internal set; }

    public string? Description { get; internal set; }

    public DateTimeOffset? AnsweredAt { get; internal set; }

    internal IReadOnlyDictionary<string, string> Values { get; init; } = new Dictionary<string, string>();

    /// <summary>Its method and route, as <see cref="FakeDiscord.Fail(string?, ulong?, Failure, int)"/> takes it.</summary>
    public bool Is(string pattern)
    {
        var (method, path) = pattern.Split(' ', 2) is [var verb, var rest] ? (verb, rest) : ("*", pattern);
        var (mine, wanted) = (Path.Split('/'), path.Split('/'));
        return (method == "*" || method.Equals(Method, StringComparison.OrdinalIgnoreCase)) && mine.Length == wanted.Length
            && mine.Zip(wanted).All(pair => pair.Second == "*" || pair.First == pair.Second);
    }

    public override string ToString() => $"{Number} {At:HH:mm:ss.fff} {Bot?.Username} {Method} {Path}{(Query.Count == 0 ? "" : "?" + string.Join('&', Query.Select(pair => $"{pair.Key}={pair.Value}")))} {Body?.ToJsonString()} -> {Status?.ToString(CultureInfo.InvariantCulture) ?? "-"} {Description}{Failure}";

    internal ulong? Id(string name) => Values.TryGetValue(name, out var text) && ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null;
}
