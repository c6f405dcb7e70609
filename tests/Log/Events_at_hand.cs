using Bus.Contracts;
using Bus.Events;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Log;

/// <summary>
/// What was kept after its commit is read without the database, unless it is asked for by its versions. Here the kept events
/// differ from the stored ones, which never happens otherwise, so that each tells where it was read.
/// </summary>
public sealed class Events_at_hand : IAsyncLifetime
{
    private static readonly Type[] Failures = [typeof(TurnFailed)];

    private readonly Guid stream = Some.Id();
    private TestLog log = null!;

    public async ValueTask InitializeAsync()
    {
        log = await TestLog.Create();
        await log.Events.Append(stream, "session", 0, [.. Enumerable.Range(1, 80).Select(number => Some.Event($"stored {number}"))]);
    }

    public ValueTask DisposeAsync() => log.DisposeAsync();

    [Fact]
    public async Task Should_be_read_without_the_database()
    {
        var unknown = Some.Id();
        log.Events.Keep(unknown, 0, [Some.Event("1"), Some.Event("2")], 100);
        log.Events.Keep(unknown, 2, [Some.Event("3")], 50);

        Assert.Equal([new(unknown, 3, Some.Event("3")), new(unknown, 2, Some.Event("2"))], await log.Events.ReadLast(unknown, 3, Failures, 2));
    }

    /// <summary>By them a prompt is read, and another process may have erased it.</summary>
    [Fact]
    public async Task Should_be_read_by_versions_only_while_their_stream_is_there()
    {
        var erased = Some.Id();
        log.Events.Keep(erased, 0, [Some.Event("1"), Some.Event("2")], 100);
        Keep(1, 3);

        Assert.Empty(await log.Events.ReadVersions(erased, [1, 2]));
        Assert.Equal(["kept 1", "kept 3"], await Of(3, 1, 3));
        Assert.Equal(["stored 1", "stored 3", "stored 4"], await Of(4, 1, 3, 1));
        await log.Run($"update mt_streams set version = 2 where id = '{stream}'"); // it is not the one that it was
        Assert.Equal(["stored 1", "stored 3"], await Of(1, 3));
        await log.Run($"update mt_streams set version = 5, is_archived = true where id = '{stream}'");
        Assert.Equal(["stored 1", "stored 3"], await Of(1, 3));
        await log.Run($"delete from mt_streams where id = '{stream}'");
        Assert.Empty(await Of(1, 2, 3));
    }

    [Fact]
    public async Task Should_be_of_the_kinds_wanted_and_no_more_than_wanted()
    {
        var closed = new SessionClosed(Guid.Empty, stream, DateTimeOffset.UnixEpoch);
        log.Events.Keep(stream, 0, [Some.Event("kept 1"), closed, Some.Event("kept 3"), Some.Event("kept 4"), closed], 100);

        Assert.Equal([4L, 3], Versions(await log.Events.ReadLast(stream, 5, Failures, 2)));
        Assert.Equal([3L, 1], Versions(await log.Events.ReadLast(stream, 3, Failures, 2)));
        Assert.Equal([5L, 4, 3], Versions(await log.Events.ReadLast(stream, 5, [typeof(TurnFailed), typeof(SessionClosed)], 3)));
        Assert.Empty(await log.Events.ReadLast(stream, 5, [typeof(TurnStarted)], 3));
    }

    [Fact]
    public async Task Should_be_fewer_than_wanted_when_the_first_of_the_stream_is_among_them()
    {
        Keep(1, 3);

        Assert.Equal(["kept 3", "kept 2", "kept 1"], await Last(3, 10));
    }

    [Theory]
    [InlineData(70)]
    [InlineData(10)]
    [InlineData(1)]
    public async Task Should_be_the_last_64_of_a_stream(int atOnce)
    {
        for (var first = 1; first <= 70; first += atOnce)
            Keep(first, first + atOnce - 1);

        Assert.Equal(Enumerable.Range(7, 64).Reverse().Select(number => $"kept {number}"), await Last(70, 64));
        Assert.Equal(Enumerable.Range(6, 65).Reverse().Select(number => $"stored {number}"), await Last(70, 65));
        Assert.Equal(["kept 7"], await Last(7, 1));
        Assert.Equal(["stored 6"], await Last(6, 1));
    }

    [Fact]
    public async Task Should_not_pretend_to_know_what_came_after_them()
    {
        Keep(1, 3);

        Assert.Equal(["stored 4", "stored 3"], await Last(4, 2));
        Assert.Equal(["stored 80"], await Last(long.MaxValue, 1));
        Assert.Equal(["kept 3"], await Last(3, 1));
        Assert.Empty(await Last(0, 1));
    }

    [Fact]
    public async Task Should_have_no_gap_when_the_later_append_is_kept_first()
    {
        Keep(6, 6);
        Keep(4, 5);

        Assert.Equal(["kept 6"], await Last(6, 1));
        Assert.Equal(["stored 6", "stored 5"], await Last(6, 2));
        Assert.Equal(["stored 4"], await Last(4, 1));

        Keep(7, 7);
        Assert.Equal(["kept 7", "kept 6"], await Last(7, 2));
        Assert.Equal(["stored 7", "stored 6", "stored 5"], await Last(7, 3));
    }

    [Fact]
    public async Task Should_have_no_gap_when_somebody_else_appended_in_between()
    {
        Keep(1, 2);
        Keep(4, 5);

        Assert.Equal(["kept 5", "kept 4"], await Last(5, 2));
        Assert.Equal(["stored 5", "stored 4", "stored 3", "stored 2"], await Last(5, 4));
        Assert.Equal(["stored 4", "stored 3", "stored 2"], await Last(4, 3));
        Assert.Equal(["stored 2"], await Last(2, 1));
    }

    [Fact]
    public async Task Should_be_forgotten_with_their_stream_only()
    {
        var another = Some.Id();
        Keep(1, 3);
        log.Events.Keep(another, 0, [Some.Event("another")], 50);

        log.Events.Forget(stream);

        Assert.Equal(["stored 3"], await Last(3, 1));
        Assert.Equal(["stored 1"], await Last(1, 1));
        Assert.Single(await log.Events.ReadLast(another, 1, Failures, 1));
        log.Events.Keep(stream, 0, [Some.Event("new")], 50);
        Assert.Equal(["new"], await Last(1, 5));
    }

    [Fact]
    public async Task Should_be_too_large_to_be_kept_sometimes()
    {
        log.Events.Keep(stream, 0, [Some.Event("kept 1")], 33 * 1024 * 1024);
        Assert.Equal(["stored 1"], await Last(1, 1));

        Keep(2, 2);
        Assert.Equal(["kept 2"], await Last(2, 1));
        Assert.Equal(["stored 1"], await Last(1, 1));
    }

    private void Keep(int first, int last) =>
        log.Events.Keep(stream, first - 1, [.. Enumerable.Range(first, last - first + 1).Select(number => Some.Event($"kept {number}"))], 100);

    private async Task<IEnumerable<string>> Last(long toVersion, int count) => Reasons(await log.Events.ReadLast(stream, toVersion, Failures, count));

    private async Task<IEnumerable<string>> Of(params long[] versions) => Reasons(await log.Events.ReadVersions(stream, versions));

    private static IEnumerable<string> Reasons(IEnumerable<StreamEvent> events) => events.Select(e => ((TurnFailed)e.Data).Reason);

    private static IEnumerable<long> Versions(IEnumerable<StreamEvent> events) => events.Select(e => e.Version);
}
