using Npgsql;

namespace Bus.Events.Projections;

/// <summary>
/// A read model: rows that follow from the events of streams and can be made anew from them at any time. The rows are in
/// <c>TABLE_1</c>, <c>TABLE_2</c>, ... one table for each generation; <c>bus_show_TABLE(generation)</c>, in a schema file of its
/// module, lets the views that people read show one of them.
/// </summary>
public abstract class Projection
{
    /// <summary>What it is called in its progress, on the command line and in health.</summary>
    public abstract string Name { get; }

    /// <summary>Its tables without their number.</summary>
    public abstract string Table { get; }

    /// <summary>The kind of streams it is made of; events of these that nobody knows are not passed over in silence.</summary>
    public abstract string StreamType { get; }

    /// <summary>The records it is made of.</summary>
    public abstract IReadOnlyCollection<Type> Events { get; }

    /// <summary>True when the event says that its stream is gone, and with it the rows.</summary>
    public abstract bool EndsStream(StoredEvent stored);

    /// <summary>The table of a generation.</summary>
    public string TableOf(int generation) => $"{Table}_{generation}";

    /// <summary>A place to remember the rows last written, for one generation at a time.</summary>
    internal abstract IRowCache NewCache();

    /// <summary>What events make of the rows of a generation.</summary>
    /// <param name="database">Where the rows are that the events change; null when there are none yet.</param>
    /// <param name="generation">The generation.</param>
    /// <param name="cache">Rows known to be as they are in the table.</param>
    /// <param name="events">The events: those of each stream in its order.</param>
    /// <param name="cancellation">Gives up.</param>
    internal abstract Task<RowChanges> Project(
        NpgsqlDataSource? database, int generation, IRowCache cache, IReadOnlyList<StoredEvent> events, CancellationToken cancellation);

    /// <summary>The statement that removes the rows of some streams.</summary>
    internal abstract NpgsqlBatchCommand Remove(int generation, IEnumerable<Guid> streams);
}

/// <summary>What a page of events makes of the rows of a projection.</summary>
/// <param name="Statements">The statements that write it, in order, for a transaction of somebody else's.</param>
/// <param name="SetAside">The first event of each stream that could not be projected, and why; what came before it is in the rows.</param>
/// <param name="Remember">To be called when it is committed.</param>
internal sealed record RowChanges(IReadOnlyList<NpgsqlBatchCommand> Statements, IReadOnlyList<SetAsideEvent> SetAside, Action Remember);

/// <summary>An event that cannot be projected.</summary>
/// <param name="Event">The event.</param>
/// <param name="Error">Why; nothing of its body.</param>
internal sealed record SetAsideEvent(StoredEvent Event, string Error);

/// <summary>Rows as they are in the table.</summary>
internal interface IRowCache
{
    /// <summary>Forgets them: somebody else has changed the table.</summary>
    void Clear();
}
