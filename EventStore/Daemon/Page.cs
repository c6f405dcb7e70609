namespace Bus.Events.Daemon;

/// <summary>Some events of the log, in its order.</summary>
/// <param name="From">The place before the first.</param>
/// <param name="UpTo">The place up to which these are all that are wanted.</param>
/// <param name="Events">The events.</param>
/// <param name="IsFull">There may be more at once.</param>
internal sealed record Page(long From, long UpTo, IReadOnlyList<StoredEvent> Events, bool IsFull);
