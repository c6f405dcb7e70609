using Bus.Contracts;
using Bus.Events;
using Bus.Events.Projections;
using Bus.Memory;
using Bus.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Bus.Tests.Projections;

/// <summary>A log with read models, and as many daemons as a test wants; each is what a process of role memory runs.</summary>
internal sealed class Projecting : IAsyncDisposable
{
    private readonly List<IHost> daemons = [];

    private Projecting(TestLog log) => Log = log;

    public TestLog Log { get; }

    public EventStore Events => Log.Events;

    /// <summary>With the tables, and no daemon yet.</summary>
    public static async Task<Projecting> Create()
    {
        var log = await TestLog.Create();
        await log.Upgrade(SchemaScripts.Of(typeof(MemoryModule).Assembly));
        return new Projecting(log);
    }

    /// <summary>With the tables and a daemon.</summary>
    public static async Task<Projecting> Start()
    {
        var projecting = await Create();
        await projecting.AddDaemon();
        return projecting;
    }

    /// <summary>Starts a daemon.</summary>
    /// <param name="projections">Its projections; those of the product when none are given.</param>
    public Task<IHost> AddDaemon(params Projection[] projections) => AddDaemon(TimeProvider.System, projections);

    /// <summary>Starts a daemon with a clock of its own.</summary>
    public async Task<IHost> AddDaemon(TimeProvider time, params Projection[] projections)
    {
        var host = Build(projections, services => services.AddSingleton(time).AddProjectionDaemon());
        daemons.Add(host);
        await host.StartAsync();
        return host;
    }

    /// <summary>What the command line has: the projections, and no daemon.</summary>
    public IHost Tools(params Projection[] projections)
    {
        var host = Build(projections, _ => { });
        daemons.Add(host);
        return host;
    }

    public async Task Stop(IHost daemon)
    {
        daemons.Remove(daemon);
        await daemon.StopAsync();
        daemon.Dispose();
    }

    /// <summary>Waits until projections have seen all that is in the log.</summary>
    public async Task CaughtUp(params string[] names)
    {
        if (names.Length == 0)
            names = ["Sessions", "Transcript", "TurnTraces", "Usage", "Ledger"];
        await Eventually.Get(
            () => Log.One<long>($"""
                select (select coalesce(max(seq_id), 0) from mt_events) - coalesce(min(last_seq_id), 0)
                from bus_projection_progress where name in ('{string.Join("', '", names)}')
                """),
            behind => behind <= 0);
    }

    /// <summary>A table as text, row by row in the order of its first column, to be compared byte by byte.</summary>
    public async Task<string> Dump(string table) =>
        string.Join('\n', await Log.Rows<string>($"select t::text from {table} as t order by 1"));

    public async ValueTask DisposeAsync()
    {
        foreach (var daemon in daemons.ToList())
            await Stop(daemon);
        await Log.DisposeAsync();
    }

    private IHost Build(Projection[] projections, Action<IServiceCollection> add)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection([new("BUS_POSTGRES", Log.ConnectionString)]);
        builder.Logging.SetMinimumLevel(LogLevel.Error);
        builder.AddEventStore(EventNames.All);
        if (projections.Length == 0)
            builder.Services.AddReadModels();
        else
            builder.Services.AddSingleton(SchemaScripts.Of(typeof(MemoryModule).Assembly));
        foreach (var projection in projections)
            builder.Services.AddSingleton(projection);
        add(builder.Services);
        return builder.Build();
    }
}
