using Bus.Contracts;
using Bus.Llm.Metering;
using Bus.Llm.Metering.Limiting;
using Bus.Tests.Support;
using Npgsql;
using Xunit;

namespace Bus.Tests.Gateway;

/// <summary>A network that was away may bring a statement later whose writer gave it up, and wrote the same again.</summary>
public sealed class A_statement_that_comes_late : IAsyncLifetime
{
    private readonly ReserveStatement statement = new();
    private TestLog log = null!;
    private LedgerProcess process = null!;
    private KeptConnection late = null!;

    public async ValueTask InitializeAsync()
    {
        log = await LedgerProcess.Database();
        process = await LedgerProcess.Start(log);
        late = new KeptConnection(log.Database);
        await process.Reserve(Calls.Call());
    }

    public async ValueTask DisposeAsync()
    {
        await statement.DisposeAsync();
        await late.DisposeAsync();
        await process.DisposeAsync();
        await log.DisposeAsync();
    }

    [Fact]
    public async Task Should_not_open_again_what_is_settled()
    {
        var call = Calls.Call();
        process.Ledger.Settle(call, call.Took()); // written again, for it is not known
        await process.Written();

        statement.Add(new OpenAttempt(call, LedgerJson.Of(call)));
        var failure = await Assert.ThrowsAsync<PostgresException>(async () => await await Send());
        Assert.Equal("BU003", failure.SqlState);
        Assert.Equal(["usage_reserved", "usage_settled"], await log.EventsOf(call.AttemptId));
    }

    [Fact]
    public async Task Should_count_once_when_it_comes_at_the_same_moment()
    {
        var call = Calls.Call();
        var (connection, _) = await late.Get(TestContext.Current.CancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
        statement.Add(new OpenAttempt(call, LedgerJson.Of(call)));
        await await Send();

        process.Ledger.Settle(call, call.Took());
        await log.SomebodyWaits();
        await transaction.CommitAsync(TestContext.Current.CancellationToken);
        await process.Written();
        Assert.Equal(["usage_reserved", "usage_settled"], await log.EventsOf(call.AttemptId));
    }

    [Fact]
    public async Task Should_be_withdrawn_when_its_process_knows_nothing_of_it()
    {
        var (call, running) = (Calls.Call(), Calls.Call());
        await process.Reserve(running);
        statement.Add(new OpenAttempt(call, LedgerJson.Of(call)));
        await await Send();

        await process.Get<StrayAttempts>().Withdraw(CancellationToken.None);
        Assert.Equal(0, process.Get<SettlementWriter>().Waiting); // its answer may be on its way
        await process.Get<StrayAttempts>().Withdraw(CancellationToken.None);
        await process.Written();
        Assert.Equal(["usage_reserved", "usage_settled"], await log.EventsOf(call.AttemptId));
        var settled = await log.Last<UsageSettled>(call.AttemptId);
        Assert.Equal((AttemptOutcomes.Cancelled, TokenCounts.None), (settled.Outcome, settled.Tokens));
        Assert.Equal(["usage_reserved"], await log.EventsOf(running.AttemptId));
    }

    private ValueTask<Task<Reserved>> Send() => statement.Send(
        late, process.Get<LimitBook>().Known.Version, process.Get<LedgerRun>().Id, process.Get<LedgerRun>().StreamId, isAgain: false, TimeProvider.System.GetUtcNow());
}
