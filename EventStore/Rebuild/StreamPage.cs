using Bus.Events.Daemon;
using Npgsql;

namespace Bus.Events.Rebuild;

/// <summary>Events of some streams, one stream after the other, of a part of a rebuild; for one shard.</summary>
/// <param name="Part">The part.</param>
/// <param name="Events">The events; at the end of a part perhaps none.</param>
/// <param name="IsLast">The part ends with them.</param>
internal sealed record StreamPage(int Part, IReadOnlyList<StoredEvent> Events, bool IsLast) : Page(Events)
{
    public override NpgsqlBatchCommand Move(IReadOnlyList<Shard> shards) => new("""
        update bus_rebuild_parts
        set last_stream = coalesce($4, last_stream), last_version = coalesce($5, last_version), events = events + $6, is_done = $7
        where projection = $1 and generation = $2 and part = $3
        """)
    {
        Parameters =
        {
            new NpgsqlParameter<string> { TypedValue = shards[0].Projection.Name },
            new NpgsqlParameter<int> { TypedValue = shards[0].Generation },
            new NpgsqlParameter<int> { TypedValue = Part },
            new NpgsqlParameter<Guid?> { TypedValue = Events.Count == 0 ? null : Events[^1].StreamId },
            new NpgsqlParameter<long?> { TypedValue = Events.Count == 0 ? null : Events[^1].Version },
            new NpgsqlParameter<long> { TypedValue = Events.Count },
            new NpgsqlParameter<bool> { TypedValue = IsLast },
        },
    };

    public override void Moved(Shard shard)
    {
    }

    public override (Page First, Page Second) Halves()
    {
        var half = Events.Count / 2;
        return (this with { Events = [.. Events.Take(half)], IsLast = false }, this with { Events = [.. Events.Skip(half)] });
    }
}
