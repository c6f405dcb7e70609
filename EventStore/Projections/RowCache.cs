namespace Bus.Events.Projections;

/// <summary>The rows that were written last. Only who leads a projection writes its rows, so they need not be read again.</summary>
internal sealed class RowCache<TKey, TRow> : IRowCache
    where TKey : struct
    where TRow : class
{
    private const int Half = 4096;

    private Dictionary<TKey, TRow> rows = [];
    private Dictionary<TKey, TRow> older = [];

    public TRow? Get(TKey key) => rows.GetValueOrDefault(key) ?? older.GetValueOrDefault(key);

    /// <summary>Keeps a row. When there are many, those that were not written for longest are forgotten.</summary>
    public void Set(TKey key, TRow row)
    {
        if (rows.Count >= Half && !rows.ContainsKey(key))
            (rows, older) = ([], rows);
        rows[key] = row;
    }

    public void Remove(TKey key)
    {
        rows.Remove(key);
        older.Remove(key);
    }

    public void Clear()
    {
        rows.Clear();
        older.Clear();
    }
}
