namespace Bus.Events.Daemon;

/// <summary>A projection is not where, or not what, it was when its shard was read.</summary>
internal sealed class ShardOutOfDateException(Exception? inner) : Exception("The projection was moved or changed by somebody else.", inner);
