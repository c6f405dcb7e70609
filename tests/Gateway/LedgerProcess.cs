using Bus.Contracts;
using Bus.Events;
using Bus.Events.Servers;
using Bus.Faults.Processes;
using Bus.Llm;
using Bus.Llm.Catalog;
using Bus.Llm.Metering;
using Bus.Messaging.Access;
using Bus.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Bus.Tests.Gateway;

/// <summary>A process as far as the ledger is concerned, with a way to PostgreSQL of its own. Several on one database are several processes.</summary>
internal sealed class LedgerProcess : IAsyncDisposable
{
    private readonly NpgsqlDataSource database;
    private readonly ServiceProvider services;
    private readonly Relay way;
    private bool isCut;
    private bool isOver;

    private LedgerProcess(TestLog log, TimeProvider time)
    {
        var settings = new NpgsqlConnectionStringBuilder(log.ConnectionString);
        way = new Relay(settings.Host!, settings.Port);
        (settings.Host, settings.Port) = ("127.0.0.1", way.Port);
        database = NpgsqlDataSource.Create(settings.ConnectionString);
        services = new ServiceCollection()
            .AddLogging(logging => logging.AddProvider(Log).SetMinimumLevel(LogLevel.Trace))
            .AddSingleton(time)
            .AddSingleton(database)
            .AddSingleton<ServerWait>()
            .AddSingleton<IModelCatalog>(new FakeCatalog([]))
            .AddSingleton<IAudit>(Audit)
            .AddMetering()
            .BuildServiceProvider();
    }

    public KeptLog Log { get; } = new();

    public KeptAudit Audit { get; } = new();

    public Ledger Ledger => services.GetRequiredService<Ledger>();

    public T Get<T>()
        where T : notnull => services.GetRequiredService<T>();

    /// <summary>A database with the schema.</summary>
    public static async Task<TestLog> Database()
    {
        var log = await TestLog.CreateEmpty();
        await log.Upgrade(SchemaScripts.Of(typeof(LlmModule).Assembly));
        return log;
    }

    public static async Task<LedgerProcess> Start(TestLog log, TimeProvider? time = null)
    {
        var process = new LedgerProcess(log, time ?? TimeProvider.System);
        await process.Ledger.StartAsync(CancellationToken.None);
        return process;
    }

    /// <summary>Puts aside what a call may take, and returns when that is written.</summary>
    public async Task<Admission> Reserve(UsageReserved call, ModelBudget? budget = null)
    {
        var admission = await Ledger.Reserve(call, budget ?? ModelBudget.Unlimited, CancellationToken.None);
        await Get<OpenAttempts>().Writing;
        return admission;
    }

    /// <summary>Until all that was settled is written.</summary>
    public Task Written() => Eventually.Get(() => Task.FromResult(Get<SettlementWriter>().Waiting), waiting => waiting == 0);

    /// <summary>Settles what dead processes have left, as the sweeper does: whose lock is free twice is dead.</summary>
    public async Task Sweep()
    {
        await Get<LostAttempts>().Settle(CancellationToken.None);
        await Get<LostAttempts>().Settle(CancellationToken.None);
    }

    /// <summary>It is cut off, or gone from one moment to the next, which is the same for the others.</summary>
    public async Task Cut()
    {
        isCut = true;
        await way.Close();
    }

    /// <summary>It is there again.</summary>
    public void Mend()
    {
        isCut = false;
        way.Open();
    }

    /// <summary>Its connections end, and it can make others.</summary>
    public void Interrupt() => way.Cut();

    /// <summary>It is asked to stop, and does.</summary>
    public async Task Stop()
    {
        if (isOver)
            return;
        isOver = true;
        await Ledger.StoppedAsync(new CancellationToken(canceled: isCut));
    }

    public async ValueTask DisposeAsync()
    {
        await Stop();
        await services.DisposeAsync();
        await database.DisposeAsync();
        if (!isCut)
            await way.DisposeAsync();
    }
}
