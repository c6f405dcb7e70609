using Bus.Contracts;
using Bus.Events;

namespace Bus.Memory.Transcript;

/// <summary>What was said?</summary>
public sealed class TranscriptProjection : SessionProjection<long, TranscriptRow>
{
    /// <inheritdoc/>
    public override string Name => "Transcript";

    /// <inheritdoc/>
    public override string Table => "transcript";

    /// <inheritdoc/>
    public override IReadOnlyCollection<Type> Events { get; } =
        [typeof(MessageReceived), typeof(ReplyGenerated), typeof(TurnFailed), typeof(SessionErased)];

    /// <inheritdoc/>
    protected override string KeyColumn => "id";

    /// <inheritdoc/>
    protected override bool NeedsRowBefore => false;

    /// <summary>What an event adds to the transcript; null when it adds nothing. A failed turn shows what its people were told.</summary>
    public static TranscriptRow? RowOf(StoredEvent stored) => stored.Data switch
    {
        MessageReceived message => Row(stored, message.MessageId, Roles.User, message.Text, RenderedPrompt.EstimateTokens(message.Text), message.ReceivedAt),
        ReplyGenerated { Text.Length: > 0 } reply => Row(stored, reply.TurnId, Roles.Assistant, reply.Text, reply.Usage.OutputTokens, reply.GeneratedAt),
        TurnFailed { Notice.Length: > 0 } failed => Row(stored, failed.TurnId, Roles.Assistant, failed.Notice, RenderedPrompt.EstimateTokens(failed.Notice), failed.FailedAt),
        _ => null,
    };

    /// <inheritdoc/>
    protected override long? KeyOf(StoredEvent stored) => stored.Sequence;

    /// <inheritdoc/>
    protected override long KeyOf(TranscriptRow row) => row.Id;

    /// <inheritdoc/>
    protected override Guid StreamOf(TranscriptRow row) => row.SessionId;

    /// <inheritdoc/>
    protected override TranscriptRow? Evolve(TranscriptRow? row, StoredEvent stored) => RowOf(stored);

    private static TranscriptRow Row(StoredEvent stored, Guid turnId, string role, string content, int tokens, DateTimeOffset at) =>
        new(stored.Sequence, stored.StreamId, turnId, stored.Version, role, content, tokens, at);
}
