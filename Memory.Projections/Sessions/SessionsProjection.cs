using Bus.Contracts;
using Bus.Events;

namespace Bus.Memory.Sessions;

/// <summary>Which sessions are there, and how do they stand?</summary>
public class SessionsProjection : SessionProjection<Guid, SessionRow>
{
    private const int TitleLength = 60;

    /// <inheritdoc/>
    public override string Name => "Sessions";

    /// <inheritdoc/>
    public override string Table => "sessions";

    /// <inheritdoc/>
    public override IReadOnlyCollection<Type> Events { get; } =
        [typeof(SessionStarted), typeof(MessageReceived), typeof(ReplyGenerated), typeof(TurnFailed), typeof(SessionClosed), typeof(SessionErased)];

    /// <inheritdoc/>
    protected override string KeyColumn => "session_id";

    /// <inheritdoc/>
    protected override Guid? KeyOf(StoredEvent stored) => stored.StreamId;

    /// <inheritdoc/>
    protected override Guid KeyOf(SessionRow row) => row.SessionId;

    /// <inheritdoc/>
    protected override Guid StreamOf(SessionRow row) => row.SessionId;

    /// <inheritdoc/>
    protected override SessionRow? Evolve(SessionRow? row, StoredEvent stored) => (row, stored.Data) switch
    {
        (null, SessionStarted started) => new SessionRow(
            stored.StreamId, stored.Sequence, started.ConversationId, started.Origin.Platform, started.Origin.Bot, started.Origin.Place,
            started.Origin.Thread, null, "", true, started.StartedAt, stored.Timestamp, null, 0, 0, Owners.Of(started.Origin, null)),
        (not null, MessageReceived message) => Said(row, stored) with
        {
            UserId = row.UserId ?? message.Author,
            Owner = row.UserId is null ? Owners.Of(message.Origin, message.Author) : row.Owner,
            Title = row.Title.Length > 0 ? row.Title : Beginning(message.Text),
        },
        (not null, ReplyGenerated { Text.Length: > 0 } or TurnFailed { Notice.Length: > 0 }) => Said(row, stored),
        (not null, SessionClosed closed) => row with { IsActive = false, ClosedAt = closed.ClosedAt, UpdatedAt = stored.Timestamp },
        _ => row,
    };

    private static SessionRow Said(SessionRow row, StoredEvent stored) => row with
    {
        UpdatedAt = stored.Timestamp,
        MessageCount = row.MessageCount + 1,
        MessagesSinceSummary = row.MessagesSinceSummary + 1,
    };

    /// <summary>Whole characters only.</summary>
    private static string Beginning(string text) => string.Concat(text.EnumerateRunes().Take(TitleLength));
}
