using Bus.Contracts;
using Bus.Events;
using Bus.Tests.Support;
using Npgsql;
using Xunit;

namespace Bus.Tests.Log;

/// <summary>
/// What the sessions of a Marten 9 application with default settings ask of the database, on a connection of its own. Marten itself
/// cannot be had here; the statements are those that it sends.
/// </summary>
public sealed class A_Marten_application : IAsyncLifetime
{
    private static readonly DateTime At = new(2025, 10, 2, 10, 30, 0, DateTimeKind.Utc);

    private readonly Guid stream = Some.Id();
    private TestLog log = null!;
    private MartenSession marten = null!;

    public async ValueTask InitializeAsync()
    {
        log = await TestLog.Create();
        marten = await MartenSession.Open(log.ConnectionString);
    }

    public async ValueTask DisposeAsync()
    {
        await marten.DisposeAsync();
        await log.DisposeAsync();
    }

    [Fact]
    public async Task Should_start_a_stream_that_we_read_and_go_on_with()
    {
        await marten.StartStream(stream, "session", At, Closed(1), Closed(2));

        var events = await log.Events.Read(stream);
        Assert.Equal([Closed(1), Closed(2)], events.Select(stored => stored.Data));
        Assert.All(events, stored => Assert.Equal(At, stored.Timestamp.UtcDateTime));
        Assert.Equal(3, await log.Events.Append(stream, "session", 2, [Closed(3)]));
    }

    [Fact]
    public async Task Should_append_to_a_stream_of_ours_at_any_and_at_a_version()
    {
        await log.Events.Append(stream, "session", 0, [Closed(1)]);

        Assert.Equal("2 2", await marten.Append(stream, null, At, null, Closed(2)));
        Assert.Equal("4 3 4", await marten.Append(stream, null, At, 2, Closed(3), Closed(4)));

        Assert.Equal([Closed(1), Closed(2), Closed(3), Closed(4)], (await log.Events.Read(stream)).Select(stored => stored.Data));
        Assert.Equal(5, await log.Events.Append(stream, "session", 4, [Closed(5)]));
    }

    [Fact]
    public async Task Should_start_a_stream_without_a_type_by_appending()
    {
        Assert.Equal("1 1", await marten.Append(stream, null, At, 0, Closed(1)));
        Assert.Equal("1 true", await log.One<string>("select concat_ws(' ', version, (type is null)::text) from mt_streams"));
    }

    [Fact]
    public async Task Should_be_told_the_version_when_it_appends_nothing()
    {
        await log.Events.Append(stream, "session", 0, [Closed(1), Closed(2)]);
        Assert.Equal("2", await marten.Append(stream, null, At, null));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task Should_be_refused_at_another_version_without_a_gap_in_the_log(int expected)
    {
        await log.Events.Append(stream, "session", 0, [Closed(1)]);

        var refused = await Assert.ThrowsAsync<PostgresException>(() => marten.Append(stream, null, At, expected, Closed(2)));

        Assert.Equal("MT003", refused.SqlState);
        Assert.Equal("2 2", await marten.Append(stream, null, At, 1, Closed(2)));
    }

    [Fact]
    public async Task Should_be_refused_when_it_starts_a_stream_of_ours()
    {
        await log.Events.Append(stream, "session", 0, [Closed(1)]);

        var refused = await Assert.ThrowsAsync<PostgresException>(() => marten.StartStream(stream, "session", At, Closed(1)));

        Assert.Equal(("23505", "pkey_mt_streams_id"), (refused.SqlState, refused.ConstraintName));
    }

    [Fact]
    public async Task Should_archive_a_stream_of_ours()
    {
        await log.Events.Append(stream, "session", 0, [Closed(1)]);

        await marten.Run("select public.mt_archive_stream($1)", new NpgsqlParameter { Value = stream });

        Assert.Empty(await log.Events.Read(stream));
        Assert.Empty(await marten.FetchStream(stream));
        Assert.Equal("MT001", (await Assert.ThrowsAsync<PostgresException>(() => marten.Append(stream, null, At, null, Closed(2)))).SqlState);
        await Assert.ThrowsAsync<StreamArchivedException>(() => log.Events.Append(stream, "session", 1, [Closed(2)]));
    }

    [Fact]
    public async Task Should_fetch_a_stream_of_ours_and_its_state()
    {
        await log.Events.Append(stream, "session", 0, [Closed(1), Closed(2)]);

        Assert.Equal(
            [
                $"1 session_closed Bus.Contracts.SessionClosed, Bus.Contracts {stream} 1 *DEFAULT* False",
                $"2 session_closed Bus.Contracts.SessionClosed, Bus.Contracts {stream} 2 *DEFAULT* False",
            ],
            await marten.FetchStream(stream));
        Assert.Equal(
            ["2 session *DEFAULT* False"],
            await marten.Rows(
                "select id, version, type, timestamp, created as timestamp, is_archived, tenant_id from public.mt_streams where id = $1",
                reader => $"{reader.GetInt64(1)} {reader.GetString(2)} {reader.GetString(6)} {reader.GetBoolean(5)}",
                new NpgsqlParameter { Value = stream }));
    }

    /// <summary>Of two writers at the same version one wins, by whichever way each of them writes.</summary>
    [Fact]
    public async Task Should_not_append_together_with_us_at_the_same_version()
    {
        for (var version = 0; version < 30; version++)
        {
            var theirs = Refused(() => marten.Append(stream, "session", At, version, Closed(version)));
            var ours = Refused(() => log.Events.Append(stream, "session", version, [Closed(version)]));
            Assert.Single(await Task.WhenAll(theirs, ours), refused => !refused);
        }

        Assert.Equal(Enumerable.Range(1, 30).Select(version => (long)version), (await log.Events.Read(stream)).Select(stored => stored.Version));
    }

    private static async Task<bool> Refused(Func<Task> append)
    {
        try
        {
            await append();
            return false;
        }
        catch (Exception refused) when (refused is PostgresException { SqlState: "MT003" } or StreamVersionConflictException)
        {
            return true;
        }
    }

    private SessionClosed Closed(int minute) => new(stream, stream, new DateTimeOffset(2025, 10, 2, 10, minute, 0, TimeSpan.Zero));
}
