using Microsoft.Extensions.Caching.Memory;

namespace Bus.Events;

/// <summary>
/// The last events of the streams that this process has appended to, so that what was just written need not be read to
/// choose from it. Events never change, and what is missing here is in the database; but another process may have erased
/// what is here, so before text is passed on the database is asked whether the stream is still there.
/// </summary>
internal sealed class RecentEvents : IDisposable
{
    private const int MostOfStream = 64;
    private const long MostBytes = 32 * 1024 * 1024;

    // What an event takes beside its text.
    private const int Overhead = 500;

    // The text of a stream that another process has erased must not stay here for good.
    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(10);

    private readonly MemoryCache tails = new(new MemoryCacheOptions { SizeLimit = MostBytes });

    /// <summary>Keeps events that are committed.</summary>
    /// <param name="streamId">Their stream.</param>
    /// <param name="before">The version of the stream before them.</param>
    /// <param name="events">The events.</param>
    /// <param name="bytes">Their length as JSON.</param>
    public void Keep(Guid streamId, long before, IReadOnlyList<object> events, int bytes)
    {
        lock (tails)
        {
            var tail = tails.Get<Tail>(streamId);
            if (tail?.Last > before)
                return; // a later append was quicker to come here
            var known = tail?.Last == before ? tail : new Tail(before + 1, [], 0);
            var all = known.Events.Length + events.Count;
            var dropped = Math.Max(0, all - MostOfStream);
            var size = known.Bytes + bytes + (Overhead * events.Count);
            var kept = new Tail(known.First + dropped, [.. known.Events.Concat(events).Skip(dropped)], size - (size * dropped / all));
            tails.Set(streamId, kept, new MemoryCacheEntryOptions { Size = kept.Bytes, AbsoluteExpirationRelativeToNow = Kept });
        }
    }

    /// <summary>Forgets a stream that is removed.</summary>
    public void Forget(Guid streamId)
    {
        lock (tails)
            tails.Remove(streamId);
    }

    /// <summary>The last events of some kinds, newest first, up to a version; null when not all of them are at hand.</summary>
    public IReadOnlyList<StreamEvent>? Last(Guid streamId, long toVersion, IReadOnlyCollection<Type> kinds, int count)
    {
        if (tails.Get<Tail>(streamId) is not { } tail || tail.Last < toVersion)
            return null;
        var found = new List<StreamEvent>(count);
        for (var version = toVersion; version >= tail.First && found.Count < count; version--)
        {
            if (kinds.Contains(tail[version].GetType()))
                found.Add(new StreamEvent(streamId, version, tail[version]));
        }

        return found.Count == count || tail.First == 1 ? found : null;
    }

    /// <summary>Some events by their versions, oldest first, and the last version at hand; null when not all of them are at hand.</summary>
    public (IReadOnlyList<StreamEvent> Events, long Last)? Of(Guid streamId, IReadOnlyCollection<long> versions) =>
        tails.Get<Tail>(streamId) is { } tail && versions.All(version => version >= tail.First && version <= tail.Last)
            ? ([.. versions.Order().Distinct().Select(version => new StreamEvent(streamId, version, tail[version]))], tail.Last)
            : null;

    public void Dispose() => tails.Dispose();

    private sealed record Tail(long First, object[] Events, long Bytes)
    {
        public long Last => First + Events.Length - 1;

        public object this[long version] => Events[version - First];
    }
}
