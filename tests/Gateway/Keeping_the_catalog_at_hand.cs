using Bus.Llm.Catalog;
using Bus.Tests.Support;
using Microsoft.Extensions.Logging;
using Npgsql;
using Xunit;

namespace Bus.Tests.Gateway;

public sealed class Keeping_the_catalog_at_hand
{
    private readonly FakeTime time = new();
    private readonly FakeSource source = new();
    private readonly Lines log = new();
    private readonly ModelCatalog catalog;

    public Keeping_the_catalog_at_hand() => catalog = new ModelCatalog(source, time, log);

    [Fact]
    public async Task Should_read_all_of_it_only_when_it_has_changed()
    {
        var first = await Get();
        time.Advance(TimeSpan.FromMilliseconds(249));
        Assert.Same(first, await Get());
        Assert.Equal((0, 1), (source.Looked, source.Reads));

        time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Same(first, await Get());
        Assert.Equal((1, 1), (source.Looked, source.Reads));

        source.Current = 7;
        Assert.Same(first, await Get());
        time.Advance(TimeSpan.FromMilliseconds(250));
        Assert.Equal(7, (await Get()).Version);
        Assert.Equal((2, 2), (source.Looked, source.Reads));
    }

    [Fact]
    public async Task Should_be_there_at_once_and_cost_nothing_while_it_is_new()
    {
        await Get();
        await Many(); // compiled by now
        var before = GC.GetAllocatedBytesForCurrentThread();
        var thread = Environment.CurrentManagedThreadId;
        await Many();
        Assert.Equal((before, thread), (GC.GetAllocatedBytesForCurrentThread(), Environment.CurrentManagedThreadId));
    }

    [Fact]
    public async Task Should_be_looked_up_at_once_after_a_change_of_this_process()
    {
        await Get();
        source.Current = 2;
        catalog.Changed();
        Assert.Equal(2, (await Get()).Version);
    }

    [Fact]
    public async Task Should_be_looked_up_again_when_it_changed_while_it_was()
    {
        await Get();
        time.Advance(TimeSpan.FromMilliseconds(300));
        source.Hold();
        var before = Get(); // it asks which there is before there is another
        await source.Asked;
        catalog.Changed();
        var after = Get();
        source.Release(answer: 1);
        Assert.Equal(1, (await before).Version);
        source.Current = 2;
        Assert.Equal(2, (await after).Version);
    }

    [Fact]
    public async Task Should_be_looked_up_by_one_while_the_others_go_on()
    {
        await Get();
        time.Advance(TimeSpan.FromMilliseconds(300));
        source.Hold();
        source.Current = 2;
        var looking = Get();
        await source.Asked;

        Assert.Equal(1, (await Get()).Version); // it is old, and not too old
        time.Advance(TimeSpan.FromMilliseconds(700));
        var late = Get();
        Assert.False(late.IsCompleted);
        source.Release();
        Assert.Equal((2, 2), ((await looking).Version, (await late).Version));
        Assert.Equal(1, source.Looked);
    }

    [Fact]
    public async Task Should_go_on_as_it_was_while_the_database_is_away_and_say_so_once()
    {
        await Get();
        source.Failure = new NpgsqlException("nobody there");
        source.Current = 2;
        await Eventually.Get(async () =>
        {
            time.Advance(TimeSpan.FromMinutes(1));
            Assert.Equal(1, (await Get()).Version);
            return source.Looked;
        }, looked => looked >= 3); // nobody waits for it any more
        Assert.Equal(["The catalog of models cannot be read, and goes on as it was: nobody there"], log.All);
        source.Failure = null;
        await Eventually.Get(async () =>
        {
            time.Advance(TimeSpan.FromSeconds(1));
            return (await Get()).Version;
        }, version => version == 2);
        Assert.Equal("The catalog of models can be read again", log.All[^1]);
    }

    [Fact]
    public async Task Should_not_be_waited_for_longer_than_a_second_while_the_database_hangs()
    {
        await Get();
        time.Advance(TimeSpan.FromMinutes(1));
        source.Hold();
        var waiting = Get();
        await time.TimerOf(TimeSpan.FromSeconds(1));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, (await waiting).Version);
        source.Release();
    }

    [Fact]
    public async Task Should_fail_when_there_never_was_one()
    {
        source.Failure = new NpgsqlException("nobody there");
        await Assert.ThrowsAsync<NpgsqlException>(Get);
        source.Failure = null;
        Assert.Equal(1, (await Get()).Version);
    }

    [Fact]
    public async Task Should_let_somebody_give_up_who_waits()
    {
        source.Hold();
        using var patience = new CancellationTokenSource();
        var waiting = catalog.Get(patience.Token).AsTask();
        var other = Get();
        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        source.Release();
        Assert.Equal(1, (await other).Version);
    }

    private async ValueTask Many()
    {
        for (var i = 0; i < 1000; i++)
            await catalog.Get(default);
    }

    private Task<CatalogSnapshot> Get() => catalog.Get(default).AsTask();

    /// <summary>Answers when it is let.</summary>
    private sealed class FakeSource : ICatalogSource
    {
        private TaskCompletionSource<long?>? gate;
        private TaskCompletionSource asked = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public long Current { get; set; } = 1;

        public Exception? Failure { get; set; }

        public int Looked { get; private set; }

        public int Reads { get; private set; }

        public Task Asked => asked.Task;

        public void Hold() => (gate, asked) = (new(TaskCreationOptions.RunContinuationsAsynchronously), new(TaskCreationOptions.RunContinuationsAsynchronously));

        public void Release(long? answer = null)
        {
            var held = gate!;
            gate = null;
            held.SetResult(answer);
        }

        public async Task<long> Version(CancellationToken cancellation)
        {
            Looked++;
            return await Held() ?? Current;
        }

        public async Task<CatalogSnapshot> Read(CancellationToken cancellation)
        {
            Reads++;
            return new CatalogSnapshot(await Held() ?? Current, [], []);
        }

        private async Task<long?> Held()
        {
            asked.TrySetResult();
            if (Failure is not null)
                throw Failure;
            return gate is null ? null : await gate.Task;
        }
    }

    private sealed class Lines : ILogger<ModelCatalog>
    {
        public List<string> All { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => All.Add(formatter(state, exception));
    }
}
