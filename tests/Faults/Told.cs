using System.Text.Json;
using Bus.Contracts;
using Bus.Faults;
using Bus.Tests.Support;

namespace Bus.Tests.Faults;

/// <summary>A log as the checker reads it; unless a test says otherwise, each conversation has a stream of its own.</summary>
internal sealed class Told
{
    private const int LedgerStream = -1;

    private static readonly Usage Little = new(1, 1, 0, 0, Estimated: false);

    private readonly Dictionary<Guid, long> versions = [];

    public Bus.Faults.Check.Log Log { get; } = new();

    public Guid Receive(MessageTag tag, Guid? id = null, int? stream = null, string? platform = null, Guid? answeredIn = null, string? takenInBy = null, Guid? after = null)
    {
        var message = Publishing.Message("a chat", $"Message {tag}.");
        if (id is { } known)
            message = message with { MessageId = known };
        message = message with { AnsweredIn = answeredIn, ReplyTo = takenInBy, After = after };
        if (platform is not null)
            message = message with { Origin = message.Origin with { Platform = platform } };
        Add(stream ?? tag.Conversation, message, "message_received");
        return message.MessageId;
    }

    /// <summary>Something is said that nobody has to answer.</summary>
    public void Hear(int stream, string text, bool isLate = false) =>
        Add(stream, Publishing.Message("a chat", text) with { Handling = new Handling(IsListenOnly: true, IsLate: isLate) }, "message_received");

    public void Start(MessageTag tag, Guid turn, DateTimeOffset at, int? stream = null) =>
        Add(stream ?? tag.Conversation, new TurnStarted(Guid.Empty, Guid.Empty, turn, "", at), "turn_started");

    public void Reply(MessageTag tag, Guid turn, string text, Usage? usage = null, int? stream = null, bool isInLedger = true) => Add(
        stream ?? tag.Conversation,
        new ReplyGenerated(
            Guid.Empty, Guid.Empty, turn, Ids.Attempt(turn, 1), text, "fake", "model", FinishReasons.Stop, usage ?? Little,
            DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, IsInLedger: isInLedger),
        "reply_generated");

    /// <summary>What the ledger says of an attempt.</summary>
    public void Reserve(Guid attempt) => Add(
        LedgerStream,
        new UsageReserved(attempt, attempt, 1, "local", "", null, null, null, Purposes.Turn, "", "custom", "fake", null, null, 8, 1024, null, DateTimeOffset.UnixEpoch), "usage_reserved");

    /// <inheritdoc cref="Reserve"/>
    public void Settle(Guid attempt, string outcome, string basis, int input, int output, string? failure = null) => Add(
        LedgerStream,
        new UsageSettled(attempt, outcome, basis, new TokenCounts(input, output, 0, 0), null, null, failure, null, null, DateTimeOffset.UnixEpoch), "usage_settled");

    /// <inheritdoc cref="Reserve"/>
    public void Correct(Guid attempt, string basis, int input, int output) => Add(
        LedgerStream,
        new UsageCorrected(Bus.Tests.Support.Some.Id(), attempt, CorrectionReasons.CameBack, basis, new TokenCounts(input, output, 0, 0), null, null, "gateway", DateTimeOffset.UnixEpoch), "usage_corrected");

    public void Deliver(MessageTag tag, Guid turn, int repeats = 0) =>
        Add(tag.Conversation, new ReplyDelivered(Guid.Empty, Guid.Empty, turn, [], DateTimeOffset.UnixEpoch, repeats), "reply_delivered");

    /// <summary>The conversation does not wait any longer until people have the answer.</summary>
    public void GiveUp(MessageTag tag, Guid turn) =>
        Add(tag.Conversation, new TurnFailed(Guid.Empty, Guid.Empty, turn, "The answer could not be delivered in time.", "", DateTimeOffset.UnixEpoch), "turn_failed");

    /// <summary>Leaves a version of a stream out.</summary>
    public void Skip(int stream) => versions[Stream(stream)] = versions.GetValueOrDefault(Stream(stream)) + 1;

    private void Add(int stream, object data, string type)
    {
        Skip(stream);
        Log.Add(Stream(stream), versions[Stream(stream)], type, JsonSerializer.SerializeToElement(data, data.GetType()));
    }

    private static Guid Stream(int number) => Ids.From(Guid.Empty, $"{number}");
}
