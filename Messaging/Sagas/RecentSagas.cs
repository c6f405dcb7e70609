using System.Collections.Concurrent;

namespace Bus.Messaging;

/// <summary>
/// The sagas that this process committed last, so that the next message need not load them. What another process has
/// changed meanwhile is noticed by the version at the commit; then it is loaded after all.
/// </summary>
internal sealed class RecentSagas<TSaga>
    where TSaga : class
{
    private const int Most = 10_000;
    private const int LargestBody = 16 * 1024;

    private readonly ConcurrentDictionary<Guid, (TSaga Saga, long Version)> sagas = new();
    private int kept;

    /// <summary>Takes a saga out: whoever has it may change it, and puts it back when the change is committed.</summary>
    public (TSaga? Saga, long Version)? Take(Guid id) => sagas.TryRemove(id, out var saga) ? saga : null;

    /// <param name="id">The saga's id.</param>
    /// <param name="saga">The saga as committed.</param>
    /// <param name="version">Its version.</param>
    /// <param name="size">The length of its body in bytes; large ones are not worth their memory.</param>
    public void Keep(Guid id, TSaga saga, long version, int size)
    {
        if (size > LargestBody)
            return;

        // Forgetting all at once now and then is as good as choosing, and nothing has to be counted exactly.
        if (Interlocked.Increment(ref kept) > Most)
        {
            sagas.Clear();
            kept = 0;
        }

        sagas[id] = (saga, version);
    }
}
