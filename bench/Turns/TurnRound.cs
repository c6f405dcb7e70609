using Bus.Bench.Machine;

namespace Bus.Bench.Turns;

/// <summary>A round of our turns, with what the log and the database tell of it.</summary>
internal sealed record TurnRound(
    int InTime, int All, double Seconds, double SecondsOfAll, Distribution Latency, IReadOnlyDictionary<string, double> Processor, MachineShare Machine,
    IReadOnlyList<TurnTimes> Times,
    IReadOnlyDictionary<string, long> Counts,
    IReadOnlyDictionary<string, double> Waits,
    BrokerCounts? Broker)
    : Round(InTime, All, Seconds, SecondsOfAll, Latency, Processor, Machine)
{
    public int Chunks => Times.Sum(turn => turn.Answer.Chunks);

    public Distribution AcceptedToAsked { get; } = new(Times.Select(turn => turn.AcceptedToAsked));

    public Distribution FirstChunk { get; } = new(Times.Select(turn => turn.FirstChunk));
}

/// <summary>A turn as the client saw it and as the log tells it; both by the same clock.</summary>
internal sealed record TurnTimes(Answer Answer, LoggedTurn Log)
{
    /// <summary>Milliseconds from the message accepted to the model asked.</summary>
    public double AcceptedToAsked => (Log.ModelAsked - Log.Received).TotalMilliseconds;

    /// <summary>
    /// Milliseconds from the model asked to the first chunk at the client. The log does not keep the time of the first
    /// chunk; the demo model without delay gives it as soon as it is asked.
    /// </summary>
    public double FirstChunk => (Answer.FirstChunkAt - Log.ModelAsked).TotalMilliseconds;

    /// <summary>The way of a turn, step by step, in milliseconds.</summary>
    public IEnumerable<(string Step, double Milliseconds)> Steps() =>
    [
        ("request sent -> message received", Between(Answer.SentAt, Log.Received)),
        ("-> turn started (hop MessageReceived)", Between(Log.Received, Log.Started)),
        ("-> context built (commit, hop BuildContext, read)", Between(Log.Started, Log.ContextBuilt)),
        ("-> context at the saga (commit, hop ContextBuilt)", Between(Log.ContextBuilt, Log.ContextKept)),
        ("-> model asked (commit, hop GenerateReply, read)", Between(Log.ContextKept, Log.ModelAsked)),
        ("-> reply generated (demo model)", Between(Log.ModelAsked, Log.Generated)),
        ("-> reply at the saga (commit, hop ReplyGenerated)", Between(Log.Generated, Log.ReplyKept)),
        ("-> delivered (commit, hop DeliverReply)", Between(Log.ReplyKept, Log.Delivered)),
        ("-> done at the client", Between(Log.Delivered, Answer.SentAt + Answer.Took)),
        ("afterwards: delivery at the saga (commit, hop ReplyDelivered)", Between(Log.Delivered, Log.DeliveryKept)),
    ];

    private static double Between(DateTimeOffset from, DateTimeOffset to) => (to - from).TotalMilliseconds;
}
