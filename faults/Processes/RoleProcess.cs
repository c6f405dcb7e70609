using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Bus.Faults.Servers;
using Npgsql;

namespace Bus.Faults.Processes;

/// <summary>One process of one role, with a network of its own to each server; ended by the plan, it is started again.</summary>
internal sealed class RoleProcess : IAsyncDisposable
{
    private static readonly TimeSpan EndsWithin = TimeSpan.FromSeconds(60);

    private readonly Dictionary<string, string?> environment;
    private readonly ConcurrentDictionary<string, DateTimeOffset> ends = new();
    private readonly TimeProvider time;
    private Process? process;
    private int starts;
    private StrongBox<bool> mayEnd = new();

    public RoleProcess(Place place, string role, int number, IReadOnlyDictionary<string, string?> settings, Uri telegram, Uri discord, TimeProvider time)
    {
        (Role, Name, this.time) = (role, $"{role}-{number}", time);
        var postgres = new NpgsqlConnectionStringBuilder(place.Postgres);
        Postgres = new Relay(postgres.Host!, postgres.Port);
        Rabbit = new Relay(place.Rabbit.Host, place.Rabbit.Port);
        Telegram = new Relay(telegram.Host, telegram.Port);
        Discord = new Relay(discord.Host, discord.Port);
        (postgres.Host, postgres.Port) = ("127.0.0.1", Postgres.Port);
        Port = FreePort.Next();
        environment = new Dictionary<string, string?>(settings)
        {
            ["HOST"] = "127.0.0.1",
            ["BUS_ANONYMOUS_API"] = "loopback",
            ["PORT"] = Port.ToString(CultureInfo.InvariantCulture),
            ["BUS_POSTGRES"] = postgres.ConnectionString,
            ["BUS_RABBITMQ"] = new UriBuilder(place.Rabbit) { Host = "127.0.0.1", Port = Rabbit.Port }.Uri.ToString(),
            ["TELEGRAM_API_URL"] = new UriBuilder(telegram) { Port = Telegram.Port }.Uri.ToString(),
            ["DISCORD_API_URL"] = new UriBuilder(discord) { Port = Discord.Port }.Uri.ToString(),
            ["DOTNET_gcServer"] = "0",
        };
        if (role != "ingress")
            return;
        foreach (var (name, value) in Administrator.Settings)
            environment[name] = value;
    }

    public string Role { get; }

    public string Name { get; }

    public int Port { get; }

    public Relay Postgres { get; }

    public Relay Rabbit { get; }

    public Relay Telegram { get; }

    /// <summary>A session is gone on with at the address of whoever began it, also by another process.</summary>
    public Relay Discord { get; }

    /// <summary>When each of its lives was over.</summary>
    public IReadOnlyDictionary<string, DateTimeOffset> Ends => ends;

    /// <summary>How often it ended although nobody had ended it.</summary>
    public int EndedByItself { get; private set; }

    /// <summary>Its name, and how often it was started.</summary>
    public string Life => $"{Name}.{starts}";

    public bool IsRunning => process is { HasExited: false };

    public void Start()
    {
        process?.Dispose();
        starts++;
        var mayThisEnd = mayEnd = new StrongBox<bool>();
        process = Child.Start($"{Name}.log", environment, Given.Host, "serve", "--roles", Role);
        process.EnableRaisingEvents = true;
        process.Exited += (_, _) => _ = Ended(mayThisEnd);
    }

    /// <summary>As the kernel ends it, without asking.</summary>
    public Task Kill() => End("KILL");

    /// <summary>As an operator or a supervisor stops it; one that does not stop is a finding, and is killed.</summary>
    public Task Terminate() => End("TERM");

    public Task Pause() => Child.Signal(process!.Id, "STOP");

    public Task Resume() => Child.Signal(process!.Id, "CONT");

    /// <summary>Whether it is ready for work.</summary>
    public async Task<bool> IsHealthy()
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        try
        {
            using var response = await http.GetAsync(new Uri($"http://127.0.0.1:{Port}/health"));
            return response.IsSuccessStatusCode;
        }
        catch (Exception failure) when (failure is HttpRequestException or SocketException or OperationCanceledException)
        {
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (IsRunning)
            await Kill();
        process?.Dispose();
        await Postgres.DisposeAsync();
        await Rabbit.DisposeAsync();
        await Telegram.DisposeAsync();
        await Discord.DisposeAsync();
    }

    private async Task End(string signal)
    {
        mayEnd.Value = true;
        var (life, killed) = (Life, time.GetUtcNow());
        using var limit = new CancellationTokenSource(EndsWithin, time);
        await Child.Signal(process!.Id, signal);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            EndedByItself++;
            Console.Error.WriteLine($"{Name} did not end within {EndsWithin.TotalSeconds:0} s of {signal}.");
            process.Kill();
        }

        // Who is killed is gone with the signal; who is asked to stop is there until the end.
        ends[life] = signal == "KILL" ? killed : time.GetUtcNow();
    }

    /// <summary>A process that ends by itself is a finding; it is started again, as a supervisor would.</summary>
    private async Task Ended(StrongBox<bool> mayThisEnd)
    {
        if (mayThisEnd.Value)
            return;
        EndedByItself++;
        ends[Life] = time.GetUtcNow();
        Console.Error.WriteLine($"{Name} ended by itself with exit code {process!.ExitCode}.");
        await Task.Delay(TimeSpan.FromSeconds(1), time);
        if (!mayThisEnd.Value && !IsRunning)
            Start();
    }
}
