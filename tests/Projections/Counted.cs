using Bus.Contracts;
using Bus.Events;
using Bus.Events.Projections;
using Bus.Tests.Support;

namespace Bus.Tests.Projections;

/// <summary>An event that was projected.</summary>
internal sealed record CountedRow(long Seq, Guid StreamId, long Version, string Reason);

/// <summary>A row for each event. A trigger notes each time that a row is written, so that an event projected twice is seen.</summary>
internal sealed class Counted : RowProjection<long, CountedRow>
{
    public const string Tables = """
        create table counted_1 (seq bigint primary key, stream_id uuid, version bigint, reason text);
        create table counted_writes (number bigserial, seq bigint);
        create function note_count() returns trigger language plpgsql as
        'begin insert into counted_writes (seq) values (new.seq); return null; end';
        create trigger note_count after insert or update on counted_1 for each row execute function note_count();
        """;

    /// <summary>Is called with each event; null does nothing.</summary>
    public Action<StoredEvent>? OnEvent { get; init; }

    public override string Name => "Counted";

    public override string Table => "counted";

    public override string StreamType => "session";

    public override IReadOnlyCollection<Type> Events { get; } = [typeof(TurnFailed)];

    protected override string KeyColumn => "seq";

    protected override string StreamColumn => "stream_id";

    protected override bool NeedsRowBefore => false;

    protected override long? KeyOf(StoredEvent stored) => stored.Sequence;

    protected override long KeyOf(CountedRow row) => row.Seq;

    protected override Guid StreamOf(CountedRow row) => row.StreamId;

    protected override CountedRow? Evolve(CountedRow? row, StoredEvent stored)
    {
        OnEvent?.Invoke(stored);
        return new CountedRow(stored.Sequence, stored.StreamId, stored.Version, ((TurnFailed)stored.Data).Reason);
    }

    public override bool EndsStream(StoredEvent stored) => false;
}

/// <summary>A stream as far as it was projected, and how often an event did not follow the one before.</summary>
internal sealed record OrderedRow(Guid StreamId, long Version, long Events, long Faults);

/// <summary>A row for each stream.</summary>
internal sealed class Ordered : RowProjection<Guid, OrderedRow>
{
    public const string Tables = "create table ordered_1 (stream_id uuid primary key, version bigint, events bigint, faults bigint)";

    public override string Name => "Ordered";

    public override string Table => "ordered";

    public override string StreamType => "session";

    public override IReadOnlyCollection<Type> Events { get; } = [typeof(TurnFailed)];

    protected override string KeyColumn => "stream_id";

    protected override string StreamColumn => "stream_id";

    protected override Guid? KeyOf(StoredEvent stored) => stored.StreamId;

    protected override Guid KeyOf(OrderedRow row) => row.StreamId;

    protected override Guid StreamOf(OrderedRow row) => row.StreamId;

    protected override OrderedRow? Evolve(OrderedRow? row, StoredEvent stored)
    {
        row ??= new OrderedRow(stored.StreamId, 0, 0, 0);
        return row with { Version = stored.Version, Events = row.Events + 1, Faults = row.Faults + (stored.Version == row.Version + 1 ? 0 : 1) };
    }

    public override bool EndsStream(StoredEvent stored) => false;
}

/// <summary>What tests ask of these projections.</summary>
internal static class CountedLog
{
    /// <summary>A log with the tables of both, and no daemon yet.</summary>
    public static async Task<Projecting> Create()
    {
        var projecting = await Projecting.Create();
        await projecting.Log.Run(Counted.Tables);
        await projecting.Log.Run(Ordered.Tables);
        return projecting;
    }

    /// <summary>Appends an event to a stream of its own, and tells nobody.</summary>
    public static Task Append(this Projecting projecting, string reason) =>
        projecting.Events.Append(Some.Id(), "session", 0, [Some.Event(reason)]);

    /// <summary>The reasons of the events in the order in which they were projected; each time, should that be more than once.</summary>
    public static Task<IReadOnlyList<string>> Projected(this Projecting projecting) =>
        projecting.Log.Rows<string>("select c.reason from counted_writes w join counted_1 c using (seq) order by w.number");
}
