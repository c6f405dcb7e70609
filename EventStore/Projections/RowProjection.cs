using Npgsql;

namespace Bus.Events.Projections;

/// <summary>
/// A projection whose rows each have a key: <see cref="Evolve"/> makes the next state of a row of the one before and an event.
/// Rows hold what events say; what is computed of several, a view computes, so that rows do not depend on where a page ended.
/// </summary>
/// <typeparam name="TKey">The type of the key.</typeparam>
/// <typeparam name="TRow">A row: a record whose properties are the columns, in snake case.</typeparam>
public abstract class RowProjection<TKey, TRow> : Projection
    where TKey : struct
    where TRow : class
{
    /// <summary>The column of the key.</summary>
    protected abstract string KeyColumn { get; }

    /// <summary>The column that names the row's stream.</summary>
    protected abstract string StreamColumn { get; }

    /// <summary>False when a row follows from one event alone.</summary>
    protected virtual bool NeedsRowBefore => true;

    /// <summary>The key of the row that an event concerns; null when it concerns none.</summary>
    protected abstract TKey? KeyOf(StoredEvent stored);

    /// <summary>The key of a row.</summary>
    protected abstract TKey KeyOf(TRow row);

    /// <summary>The stream of a row.</summary>
    protected abstract Guid StreamOf(TRow row);

    /// <summary>The row after an event; null when there is none. It must follow from its arguments alone.</summary>
    protected abstract TRow? Evolve(TRow? row, StoredEvent stored);

    internal sealed override IRowCache NewCache() => new RowCache<TKey, TRow>();

    internal sealed override NpgsqlBatchCommand Remove(int generation, IEnumerable<Guid> streams) => TableFor(generation).Remove(StreamColumn, streams);

    internal sealed override async Task<RowChanges> Project(
        NpgsqlDataSource? database, int generation, IRowCache cache, IReadOnlyList<StoredEvent> events, CancellationToken cancellation)
    {
        var known = (RowCache<TKey, TRow>)cache;
        var table = TableFor(generation);
        var rows = new Dictionary<TKey, TRow?>();
        foreach (var row in await RowsBefore(database, table, known, events, cancellation))
            rows[KeyOf(row)] = row;

        var (changed, ended, failed) = Fold(rows, events);
        var saved = changed.Select(key => rows[key]).OfType<TRow>().ToList();
        var removed = changed.Where(key => rows[key] is null).ToList();
        var statements = new List<NpgsqlBatchCommand>();
        if (ended.Count > 0)
            statements.Add(table.Remove(StreamColumn, ended));
        if (removed.Count > 0)
            statements.Add(table.Remove(KeyColumn, removed));
        if (saved.Count > 0)
            statements.Add(table.Save(saved));
        return new RowChanges(statements, failed, () => Remember(known, saved, removed, ended.Count > 0));
    }

    /// <summary>Rows of streams that begin in this very page need not be looked for: there are none.</summary>
    private async Task<IEnumerable<TRow>> RowsBefore(
        NpgsqlDataSource? database, RowTable<TRow> table, RowCache<TKey, TRow> known, IReadOnlyList<StoredEvent> events, CancellationToken cancellation)
    {
        if (!NeedsRowBefore || database is null)
            return [];
        var begun = events.Where(stored => stored.Version == 1).Select(stored => stored.StreamId).ToHashSet();
        var wanted = events.Where(stored => stored.Data is not UnreadableEvent && !begun.Contains(stored.StreamId)).Select(TryKeyOf).OfType<TKey>().ToHashSet();
        var found = wanted.Select(known.Get).OfType<TRow>().ToList();
        wanted.ExceptWith(found.Select(KeyOf));
        return wanted.Count == 0 ? found : found.Concat(await table.Load(database, [.. wanted], cancellation));
    }

    /// <summary>Every event up to the first of its stream that fails.</summary>
    private (HashSet<TKey> Changed, HashSet<Guid> Ended, List<SetAsideEvent> Failed) Fold(Dictionary<TKey, TRow?> rows, IReadOnlyList<StoredEvent> events)
    {
        var changed = new HashSet<TKey>();
        var ended = new HashSet<Guid>();
        var failed = new Dictionary<Guid, SetAsideEvent>();
        foreach (var stored in events)
        {
            if (failed.ContainsKey(stored.StreamId))
                continue;
            try
            {
                if (stored.Data is UnreadableEvent unreadable)
                {
                    failed.Add(stored.StreamId, new SetAsideEvent(stored, unreadable.Reason));
                }
                else if (EndsStream(stored))
                {
                    ended.Add(stored.StreamId);
                    foreach (var key in rows.Where(row => row.Value is { } value && StreamOf(value) == stored.StreamId).Select(row => row.Key).ToList())
                    {
                        rows.Remove(key);
                        changed.Remove(key);
                    }
                }
                else if (KeyOf(stored) is { } key)
                {
                    rows[key] = Evolve(rows.GetValueOrDefault(key), stored);
                    changed.Add(key);
                }
            }
            catch (Exception failure)
            {
                // Its message may repeat what was said; its type and place do not.
                failed.Add(stored.StreamId, new SetAsideEvent(stored, $"{failure.GetType().Name} in the projection {Name}"));
            }
        }

        return (changed, ended, [.. failed.Values]);
    }

    /// <summary>An event that has no key because it is broken fails when its turn comes.</summary>
    private TKey? TryKeyOf(StoredEvent stored)
    {
        try
        {
            return KeyOf(stored);
        }
        catch (Exception)
        {
            return null;
        }
    }

    private void Remember(RowCache<TKey, TRow> known, List<TRow> saved, List<TKey> removed, bool streamsEnded)
    {
        if (!NeedsRowBefore)
            return;
        if (streamsEnded)
            known.Clear();
        removed.ForEach(known.Remove);
        saved.ForEach(row => known.Set(KeyOf(row), row));
    }

    private RowTable<TRow> TableFor(int generation) => new(TableOf(generation), KeyColumn);
}
