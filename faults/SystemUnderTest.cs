using Bus.Faults.Chats;
using Bus.Faults.Processes;
using Bus.Faults.Provider;
using Bus.Faults.Servers;
using Npgsql;

namespace Bus.Faults;

/// <summary>Two processes of each role, the servers, and the provider that they ask, and the chat platforms.</summary>
internal sealed class SystemUnderTest : IAsyncDisposable
{
    public static readonly string[] Roles = ["ingress", "saga", "llm", "memory"];

    private static readonly TimeSpan ReadyWithin = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(250);

    private readonly TimeProvider time;

    private SystemUnderTest(Place place, FakeProvider provider, TelegramServer telegram, DiscordServer discord, TimeProvider time)
    {
        (Place, Provider, Telegram, Discord, this.time) = (place, provider, telegram, discord, time);
        (Postgres, Rabbit) = (new PostgresServer(time), new RabbitServer(time));
        Processes = [.. from role in Roles from number in Enumerable.Range(1, 2) select new RoleProcess(place, role, number, Settings(provider, role), telegram.Url, discord.Url, time)];
        telegram.CallerAt = port => Doors.FirstOrDefault(process => process.Telegram.HasPort(port))?.Life;
        Database = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(place.Postgres) { ApplicationName = "faults", Pooling = false }.ConnectionString);
    }

    public Place Place { get; }

    public FakeProvider Provider { get; }

    public TelegramServer Telegram { get; }

    public DiscordServer Discord { get; }

    public PostgresServer Postgres { get; }

    public RabbitServer Rabbit { get; }

    public IReadOnlyList<RoleProcess> Processes { get; }

    /// <summary>The database, past all relays.</summary>
    public NpgsqlDataSource Database { get; }

    /// <summary>Where people come in.</summary>
    public IReadOnlyList<RoleProcess> Doors => [.. Processes.Where(process => process.Role == "ingress")];

    /// <summary>Starts everything and returns when it is ready for work.</summary>
    public static async Task<SystemUnderTest> Start(string name, int seed, TimeProvider time)
    {
        var system = new SystemUnderTest(await Place.Create(name), await FakeProvider.Start(seed, time), await TelegramServer.Start(seed), await DiscordServer.Start(seed), time);
        foreach (var process in system.Processes)
            process.Start();
        await system.Ready();
        await Writes.Prepare(system.Database);
        return system;
    }

    /// <summary>Waits until every process is ready for work, and one of them listens to Discord.</summary>
    public async Task Ready()
    {
        foreach (var process in Processes)
            await Until(process.IsHealthy, $"{process.Name} is not ready for work");
        await Until(() => Task.FromResult(Discord.IsHeard), "the bot does not listen to Discord");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in Processes)
            await process.DisposeAsync();
        await Database.DisposeAsync();
        await Provider.DisposeAsync();
        await Telegram.DisposeAsync();
        await Discord.DisposeAsync();
    }

    private async Task Until(Func<Task<bool>> isReady, string otherwise)
    {
        for (var started = time.GetTimestamp(); !await isReady(); await Task.Delay(LookInterval, time))
        {
            if (time.GetElapsedTime(started) > ReadyWithin)
                throw new FaultsException($"After {ReadyWithin.TotalMinutes:0} minutes {otherwise}.");
        }
    }

    private static Dictionary<string, string?> Settings(FakeProvider provider, string role) => new(
        provider.Settings.Concat(role == "ingress" ? TelegramServer.Settings.Concat(DiscordServer.Settings) : new Dictionary<string, string?>()))
    {
        ["TURN_TIMEOUT_SECONDS"] = "40",
        ["LLM_FIRST_PIECE_SECONDS"] = "10",
    };
}
