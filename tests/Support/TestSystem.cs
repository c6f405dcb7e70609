using Bus.Contracts;
using Bus.Events;
using MassTransit;
using Npgsql;

namespace Bus.Tests.Support;

/// <summary>A whole system with a database and a virtual host of its own, and as many processes as a test wants.</summary>
internal sealed class TestSystem : IAsyncDisposable
{
    private readonly string name;
    private readonly Dictionary<string, string?> environment;
    private readonly List<HostProcess> processes = [];
    private IBusControl? bus;

    private TestSystem(string name, string postgres, Uri rabbit, IReadOnlyDictionary<string, string?>? settings)
    {
        this.name = name;
        Rabbit = rabbit;
        Database = NpgsqlDataSource.Create(postgres);
        Log = new EventStore(Database, new EventTypes(EventNames.All), TimeProvider.System);
        environment = new Dictionary<string, string?> { ["BUS_POSTGRES"] = postgres, ["BUS_RABBITMQ"] = rabbit.ToString() };
        foreach (var (setting, value) in settings ?? new Dictionary<string, string?>())
            environment[setting] = value;
    }

    public Uri Rabbit { get; }

    public NpgsqlDataSource Database { get; }

    /// <summary>The log, read directly.</summary>
    public EventStore Log { get; }

    public string VirtualHost => name;

    /// <summary>The environment that processes of this system get.</summary>
    public IReadOnlyDictionary<string, string?> Environment => environment;

    /// <summary>Database and virtual host, and no process yet.</summary>
    public static async Task<TestSystem> Create(IReadOnlyDictionary<string, string?>? settings = null)
    {
        var name = $"test_{Guid.CreateVersion7(TimeProvider.System.GetUtcNow()):n}";
        return new TestSystem(name, await TestServers.CreateDatabase(name), await TestServers.CreateVirtualHost(name), settings);
    }

    /// <summary>A system with one process that has every role.</summary>
    public static async Task<(TestSystem System, HostProcess Host)> Start(IReadOnlyDictionary<string, string?>? settings = null)
    {
        var system = await Create(settings);
        try
        {
            return (system, await system.AddProcess());
        }
        catch
        {
            await system.DisposeAsync();
            throw;
        }
    }

    public async Task<HostProcess> AddProcess(string? roles = null, IReadOnlyDictionary<string, string?>? settings = null)
    {
        var all = new Dictionary<string, string?>(environment);
        foreach (var (setting, value) in settings ?? new Dictionary<string, string?>())
            all[setting] = value;
        var process = await HostProcess.Start(all, roles);
        processes.Add(process);
        return process;
    }

    /// <summary>A bus of the test's own in this virtual host, to publish what a test wants to happen.</summary>
    public async Task<IBus> Bus()
    {
        if (bus is null)
        {
            bus = MassTransit.Bus.Factory.CreateUsingRabbitMq(transport => transport.Host(Rabbit));
            await bus.StartAsync();
        }

        return bus;
    }

    public async ValueTask DisposeAsync()
    {
        if (bus is not null)
            await bus.StopAsync();
        foreach (var process in processes)
            await process.DisposeAsync();
        await Database.DisposeAsync();
        await TestServers.DropDatabase(name);
        await TestServers.DropVirtualHost(name);
    }
}
