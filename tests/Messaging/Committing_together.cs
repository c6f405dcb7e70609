using System.Collections.Concurrent;
using Bus.Events;
using Bus.Messaging;
using Bus.Tests.Support;
using Npgsql;
using Xunit;

namespace Bus.Tests.Messaging;

/// <summary>Sixteen units that share a round trip.</summary>
public sealed class Committing_together : IAsyncLifetime
{
    private const int Failing = 7;

    private readonly ConcurrentDictionary<int, List<bool>> waits = [];
    private TestLog log = null!;
    private CommitQueue commits = null!;
    private OneFreeConnection connection = null!;

    public async ValueTask InitializeAsync()
    {
        log = await TestLog.Create();
        await log.Run("create table units (number int primary key); create table steps (number int, text text)");
        commits = new CommitQueue(log.Database);
        await commits.StartAsync(CancellationToken.None);
        connection = await OneFreeConnection.Of(commits, log);
    }

    public async ValueTask DisposeAsync()
    {
        await connection.DisposeAsync();
        await commits.StopAsync(CancellationToken.None);
        commits.Dispose();
        await log.DisposeAsync();
    }

    [Fact]
    public async Task Should_commit_all_and_wait_for_the_disk_with_the_last()
    {
        Assert.All(await Commit(), Assert.Null);

        Assert.Equal(Enumerable.Range(0, 16), await Units());
        for (var number = 0; number < 16; number++)
            Assert.Equal([number == 15], waits[number]);
    }

    [Fact]
    public async Task Should_be_a_transaction_for_each()
    {
        await Commit();

        Assert.Equal(16, await log.One<long>("select count(distinct xmin::text) from units"));
        Assert.Equal(0, await log.One<long>("select count(*) from units natural join steps where units.xmin <> steps.xmin"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(15)]
    public async Task Should_tell_of_a_failure_the_one_that_failed(int failing)
    {
        await log.Run($"insert into units values ({failing})");

        var failures = await Commit();

        Assert.NotNull(failures[failing]);
        // A neighbour may be told that it was committed before; of another's failure it does not learn.
        for (var number = 0; number < 16; number++)
            Assert.Equal($"Key (number)=({number}) already exists.", failures[number]?.Detail ?? $"Key (number)=({number}) already exists.");
        Assert.Equal(Enumerable.Range(0, 16), await Units());
    }

    [Fact]
    public async Task Should_commit_once_and_wait_for_the_disk_what_runs_again()
    {
        await log.Run($"insert into units values ({Failing})");

        await Commit();

        Assert.Equal(Enumerable.Range(0, 16).Where(number => number != Failing), await log.Rows<int>("select number from steps order by number"));
        for (var number = 0; number < 16; number++)
            Assert.Equal([number == 15, true], waits[number]);
    }

    [Fact]
    public async Task Should_leave_nothing_of_a_unit_whose_second_statement_fails()
    {
        await log.Run($"insert into units values ({Failing})");

        await Commit();

        Assert.Equal(0, await log.One<long>($"select count(*) from steps where number = {Failing}"));
    }

    [Fact]
    public async Task Should_commit_the_others_when_the_statements_of_one_cannot_be_made()
    {
        var broken = commits.Commit(_ => throw new InvalidOperationException("no event of the log"));

        Assert.All(await Commit(), Assert.Null);

        await Assert.ThrowsAsync<InvalidOperationException>(() => broken);
        Assert.Equal(Enumerable.Range(0, 16), await Units());
    }

    /// <summary>Units of two statements each; the second is refused where the number is taken.</summary>
    private Task<IReadOnlyList<PostgresException?>> Commit() => connection.Commit(
        Enumerable.Range(0, 16).Select<int, Func<bool, IReadOnlyList<NpgsqlBatchCommand>>>(number => waitForDisk =>
        {
            waits.GetOrAdd(number, _ => []).Add(waitForDisk);
            var (first, second) = (new Writes(), new Writes());
            first.Add($"insert into steps values ({first.Value(number)}, 'first')");
            second.Add($"insert into units values ({second.Value(number)})");
            return [first.Statement(), second.Statement(waitForDisk)];
        }));

    private Task<IReadOnlyList<int>> Units() => log.Rows<int>("select number from units order by number");
}
