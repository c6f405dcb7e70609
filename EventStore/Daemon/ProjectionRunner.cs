using Npgsql;

namespace Bus.Events.Daemon;

/// <summary>Moves projections along the log.</summary>
internal sealed class ProjectionRunner(NpgsqlDataSource database, EventTypes types, PageProjector projector)
{
    private readonly PageReader pages = new(database, types);

    /// <summary>Projects the next page.</summary>
    /// <param name="water">The high-water mark; it moves.</param>
    /// <param name="shards">Shards that are at the same place.</param>
    /// <param name="cancellation">Gives up; what is committed stays.</param>
    /// <returns>The page.</returns>
    /// <exception cref="ShardOutOfDateException">Somebody else moved a shard, or switched its generation.</exception>
    public async Task<LogPage> Advance(HighWater water, IReadOnlyList<Shard> shards, CancellationToken cancellation)
    {
        var page = await pages.Read(water, shards[0].Progress, [.. shards.Select(s => s.Projection)], cancellation);
        if (page.UpTo > page.From)
            await projector.Project(shards, page, cancellation);
        return page;
    }
}
