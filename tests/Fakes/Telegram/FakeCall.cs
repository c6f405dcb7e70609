using System.Text.Json.Nodes;

namespace Bus.Fakes.Telegram;

/// <summary>A call of a bot, and what it was told. Arguments are as they came: text, when it was a form.</summary>
public sealed class FakeCall
{
    internal FakeCall(long number, string method, FakeBot bot, Arguments arguments, DateTimeOffset at, int remotePort) =>
        (Number, Method, Bot, Input, At, RemotePort) = (number, method, bot, arguments, at, remotePort);

    public long Number { get; }

    public string Method { get; }

    public FakeBot Bot { get; }

    public DateTimeOffset At { get; }

    /// <summary>The port of the connection that it came over, on the side of the bot; 0 for what came otherwise.</summary>
    public int RemotePort { get; }

    public long? ChatId => Input.Long("chat_id");

    public long? MessageId => Input.Long("message_id");

    public string? Text => Input.Text("text");

    public JsonObject Arguments => Input.Values;

    public IReadOnlyList<FakeFile> Files => Input.Files;

    /// <summary>The failure it met, if any.</summary>
    public Failure? Failure { get; internal set; }

    /// <summary>The HTTP status of the answer; null as long as there is none, and for ever when the connection was cut.</summary>
    public int? Status { get; internal set; }

    /// <summary>Why it was refused.</summary>
    public string? Description { get; internal set; }

    public DateTimeOffset? AnsweredAt { get; internal set; }

    internal Arguments Input { get; }

    public override string ToString() => $"{Number} {At:HH:mm:ss.fff} {Bot.Username} {Method} {Arguments.ToJsonString()} -> {Status?.ToString() ?? "-"} {Description}{Failure}";
}
