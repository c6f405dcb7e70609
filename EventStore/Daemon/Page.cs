using Npgsql;

namespace Bus.Events.Daemon;

/// <summary>Some events that are projected together.</summary>
/// <param name="Events">The events: those of each stream in its order.</param>
internal abstract record Page(IReadOnlyList<StoredEvent> Events)
{
    /// <summary>The statement that notes, in the same transaction, how far shards have come with this page.</summary>
    public abstract NpgsqlBatchCommand Move(IReadOnlyList<Shard> shards);

    /// <summary>It is committed.</summary>
    public abstract void Moved(Shard shard);

    /// <summary>Two pages, each with some of the events, that come to the same as this one.</summary>
    public abstract (Page First, Page Second) Halves();
}

/// <summary>Events in the order of the log.</summary>
/// <param name="From">The place before the first.</param>
/// <param name="UpTo">The place up to which these are all that are wanted.</param>
/// <param name="Events">The events.</param>
/// <param name="IsFull">There may be more at once.</param>
internal sealed record LogPage(long From, long UpTo, IReadOnlyList<StoredEvent> Events, bool IsFull) : Page(Events)
{
    public override NpgsqlBatchCommand Move(IReadOnlyList<Shard> shards) => new("select bus_move_progress($1, $2, $3, $4, $5)")
    {
        Parameters =
        {
            new NpgsqlParameter<string[]> { TypedValue = [.. shards.Select(shard => shard.Projection.Name)] },
            new NpgsqlParameter<int[]> { TypedValue = [.. shards.Select(shard => shard.Generation)] },
            new NpgsqlParameter<long[]> { TypedValue = [.. shards.Select(shard => shard.Revision)] },
            new NpgsqlParameter<long> { TypedValue = From },
            new NpgsqlParameter<long> { TypedValue = UpTo },
        },
    };

    public override void Moved(Shard shard) => shard.Progress = UpTo;

    public override (Page First, Page Second) Halves()
    {
        var half = Events.Count / 2;
        var middle = Events[half - 1].Sequence;
        return (this with { UpTo = middle, Events = [.. Events.Take(half)] }, this with { From = middle, Events = [.. Events.Skip(half)] });
    }
}
