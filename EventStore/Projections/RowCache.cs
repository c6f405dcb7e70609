namespace Bus.Events.Projections;

/// <summary>The rows that were written last. Only who leads a projection writes its rows, so they need not be read again.</summary>
internal sealed class RowCache<TKey, TRow> : IRowCache
    where TKey : struct
    where TRow : class
{
    private const int Most = 4096;

    private readonly Dictionary<TKey, TRow> rows = [];

    public TRow? Get(TKey key) => rows.GetValueOrDefault(key);

    public void Set(TKey key, TRow row)
    {
        if (rows.Count >= Most && !rows.ContainsKey(key))
            rows.Clear();
        rows[key] = row;
    }

    public void Remove(TKey key) => rows.Remove(key);

    public void Clear() => rows.Clear();
}
