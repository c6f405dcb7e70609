using Bus.Events.Projections;

namespace Bus.Events.Daemon;

/// <summary>One generation of a projection on its way along the log.</summary>
internal sealed class Shard(Projection projection, int generation, long revision, long progress, IEnumerable<Guid> setAside)
{
    private HashSet<string>? names;

    public Projection Projection => projection;

    public int Generation => generation;

    /// <summary>The revision of the projection when this was read; with another one this is out of date.</summary>
    public long Revision => revision;

    /// <summary>The event that was projected last.</summary>
    public long Progress { get; set; } = progress;

    /// <summary>The streams that it goes on without.</summary>
    public HashSet<Guid> SetAside { get; } = [.. setAside];

    /// <summary>The names of the events that it is made of.</summary>
    public HashSet<string> EventNames(EventTypes types) => names ??= [.. Projection.Events.Select(types.NameOf)];

    public IRowCache Cache { get; } = projection.NewCache();
}
