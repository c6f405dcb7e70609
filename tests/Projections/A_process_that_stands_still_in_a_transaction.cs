using Bus.Tests.Support;
using Npgsql;
using Xunit;

namespace Bus.Tests.Projections;

/// <summary>A process that is stopped while it writes, which its connections to PostgreSQL outlive.</summary>
public sealed class A_process_that_stands_still_in_a_transaction : IAsyncLifetime
{
    private TestSystem system = null!;
    private HostProcess host = null!;

    public async ValueTask InitializeAsync() => (system, host) = await TestSystem.Start();

    public ValueTask DisposeAsync() => system.DisposeAsync();

    [Fact]
    public async Task Should_hold_up_nobody_wherever_it_stopped()
    {
        await using var database = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(system.Environment["BUS_POSTGRES"])
        {
            ApplicationName = "bus",
            CommandTimeout = 0, // a process that stands still does not give up, either
        }.ConnectionString);
        await system.Log.Session();
        await ShowsAll();
        // Half of what it sends at once has come: the progress of the projections is locked.
        await using var half = database.CreateBatch();
        await using var sent = new HalfSent();
        half.BatchCommands.Add(new NpgsqlBatchCommand("select last_seq_id from mt_event_progression for update"));
        half.BatchCommands.Add(new NpgsqlBatchCommand("select length($1)") { Parameters = { new() { Value = sent } } });
        var sending = half.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        await sent.Half;
        // It stopped between two statements: a number of the log may still be committed, and all that follow wait for it.
        await using var between = await database.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using var open = await between.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await using var drawn = new NpgsqlCommand("select nextval('mt_events_sequence'), pg_current_xact_id()::text", between, open);
        await drawn.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        // Reading holds up nobody, and what others than Bus do is none of its business.
        await using var reading = await database.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using var read = await reading.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await using var admin = await system.Database.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using var written = await admin.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await using var other = new NpgsqlCommand("create table of_an_administrator (id int)", admin, written);
        await other.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);

        await system.Log.Session();
        await ShowsAll();

        sent.Rest.SetResult();
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => sending);
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => open.CommitAsync(TestContext.Current.CancellationToken));
        await read.CommitAsync(TestContext.Current.CancellationToken);
        await written.CommitAsync(TestContext.Current.CancellationToken);
        await host.Line(", in the middle of a transaction");
    }

    private Task<long> ShowsAll() => Eventually.Get(
        () => system.Scalar<long>("select (select count(*) from mt_streams) - (select count(*) from turn_traces_1 where status = 'replied')"), left => left == 0);

    /// <summary>More than is sent at once, of which the second half is not there yet.</summary>
    private sealed class HalfSent : MemoryStream
    {
        private readonly TaskCompletionSource half = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public HalfSent()
            : base(new byte[256 * 1024], writable: false)
        {
        }

        public Task Half => half.Task;

        public TaskCompletionSource Rest { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (Position >= Length / 2)
            {
                half.TrySetResult();
                await Rest.Task;
            }

            return await base.ReadAsync(buffer, cancellationToken);
        }

        public override async Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken)
        {
            var buffer = new byte[bufferSize];
            while (await ReadAsync(buffer, cancellationToken) is > 0 and var count)
                await destination.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
        }
    }
}
