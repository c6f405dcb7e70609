using Bus.Events;
using Bus.Tests.Support;
using Npgsql;
using Xunit;

namespace Bus.Tests.Log;

public sealed class A_disk_that_is_full : IAsyncLifetime
{
    private readonly Guid stream = Some.Id();
    private SmallDisk disk = null!;
    private TestLog log = null!;

    public async ValueTask InitializeAsync()
    {
        disk = await SmallDisk.Create(megabytes: 2);
        log = await TestLog.Create();
        await disk.Take(log.Database);
    }

    public async ValueTask DisposeAsync()
    {
        if (log is not null)
            await log.DisposeAsync();
        if (disk is not null)
            await disk.DisposeAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Should_fail_the_append_leave_nothing_of_it_and_take_it_when_there_is_room(bool withinStatement)
    {
        var version = 0L;
        Task<long> Append() => withinStatement ? AppendWithinStatement(version) : log.Events.Append(stream, "session", version, Events);

        var full = await Assert.ThrowsAsync<PostgresException>(async () =>
        {
            while (version < 10_000)
                version = await Append();
        });

        Assert.Equal(PostgresErrorCodes.DiskFull, full.SqlState);
        Assert.Contains("No space left on device", full.MessageText, StringComparison.Ordinal);
        Assert.True(full.IsTransient, "A message that is consumed would not wait for room.");
        Assert.NotEqual(0, version);
        await HasExactly(version);
        Assert.Equal(PostgresErrorCodes.DiskFull, (await Assert.ThrowsAsync<PostgresException>(Append)).SqlState);
        await HasExactly(version);

        await disk.Grow(megabytes: 20);

        version = await Append();
        await HasExactly(version);
    }

    /// <summary>Of sizes that are not alike, so that one of them meets the end of the disk when others are written already.</summary>
    private static object[] Events => [.. Enumerable.Range(1, 20).Select(number => Some.Event(Noise(number * 500)))];

    private async Task HasExactly(long version)
    {
        Assert.Equal(version, await log.One<long>("select version from mt_streams"));
        Assert.Equal(version, await log.One<long>("select count(*) from mt_events"));
        Assert.Equal(version, (await log.Events.Read(stream)).Count);
    }

    private async Task<long> AppendWithinStatement(long version)
    {
        var writes = new Writes();
        log.Events.AppendTo(writes, stream, "session", version, Events);
        await log.Run(writes);
        return version + Events.Length;
    }

    /// <summary>What PostgreSQL cannot press together.</summary>
    private static string Noise(int length)
    {
        var bytes = new byte[length / 2];
#pragma warning disable CA5394 // This random is not for secrets.
        new Random(length).NextBytes(bytes);
#pragma warning restore CA5394
        return Convert.ToHexString(bytes);
    }
}
