using Bus.Contracts;
using Bus.Events;
using Bus.Events.Projections;

namespace Bus.Memory;

/// <summary>A projection of sessions: its rows go with their session.</summary>
/// <typeparam name="TKey">The type of the key.</typeparam>
/// <typeparam name="TRow">A row.</typeparam>
public abstract class SessionProjection<TKey, TRow> : RowProjection<TKey, TRow>
    where TKey : struct
    where TRow : class
{
    /// <inheritdoc/>
    public override string StreamType => "session";

    /// <inheritdoc/>
    protected override string StreamColumn => "session_id";

    /// <inheritdoc/>
    public override bool EndsStream(StoredEvent stored) => stored.Data is SessionErased;
}
