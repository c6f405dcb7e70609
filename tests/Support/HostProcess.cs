using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using Bus.Messaging.Access;
using Bus.Messaging.Http;
using Npgsql;

namespace Bus.Tests.Support;

/// <summary>A process of the program under test, as <c>./bus up</c> would start it.</summary>
internal sealed partial class HostProcess : IAsyncDisposable
{
    private readonly Process process;
    private readonly StringBuilder output = new();
    private readonly TaskCompletionSource<Uri> listening = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private readonly string postgres;
    private HttpClient? admin;

    private HostProcess(Process process)
    {
        this.process = process;
        postgres = process.StartInfo.Environment["BUS_POSTGRES"] ?? "";
    }

    /// <summary>Several tests share it, so it keeps no cookies.</summary>
    public HttpClient Http { get; } = new(new ConnectErrorsHandler(new SocketsHttpHandler { UseCookies = false })) { Timeout = TimeSpan.FromMinutes(5) };

    public int Id => process.Id;

    public string Output
    {
        get
        {
            lock (output)
                return output.ToString();
        }
    }

    /// <summary>Starts a process on a free port and waits until it listens.</summary>
    public static async Task<HostProcess> Start(IReadOnlyDictionary<string, string?> environment, string? roles = null)
    {
        var host = Launch(environment, roles);
        await host.Listens();
        return host;
    }

    /// <summary>Starts a process, which may have to wait for its servers.</summary>
    public static HostProcess Launch(IReadOnlyDictionary<string, string?> environment, string? roles = null)
    {
        var start = new ProcessStartInfo(TestServers.HostExecutable, roles is null ? ["serve"] : ["serve", "--roles", roles])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // It lives for seconds: compiling its busiest methods once more would take two thirds of a second of each of them.
        start.Environment["DOTNET_TC_CallCounting"] = "0";
        start.Environment["HOST"] = "127.0.0.1";
        start.Environment["PORT"] = "0";
        start.Environment["DEMO_CHUNK_DELAY_MS"] = "0";
        start.Environment["BUS_ANONYMOUS_API"] = "loopback";
        foreach (var (name, value) in environment)
            start.Environment[name] = value;

        var host = new HostProcess(new Process { StartInfo = start, EnableRaisingEvents = true });
        host.process.OutputDataReceived += (_, line) => host.Keep(line.Data);
        host.process.ErrorDataReceived += (_, line) => host.Keep(line.Data);
        host.process.Start();
        host.process.BeginOutputReadLine();
        host.process.BeginErrorReadLine();
        return host;
    }

    /// <summary>Waits until it listens.</summary>
    public async Task Listens()
    {
        var exited = process.WaitForExitAsync();
        var first = await Task.WhenAny(listening.Task, exited, Task.Delay(Patience.Limit, TimeProvider.System));
        if (first == exited)
            throw new InvalidOperationException($"The host ended with {process.ExitCode}:\n{Output}");
        if (first != listening.Task)
            throw new TimeoutException($"The host does not listen after {Patience.Limit.TotalSeconds} s:\n{Output}");
        Http.BaseAddress = await listening.Task;
    }

    /// <summary>The API as an administrator uses it.</summary>
    public async Task<HttpClient> Admin()
    {
        if (admin is null)
        {
            await using var database = NpgsqlDataSource.Create(postgres);
            admin = (await TestAccount.Create(database, AccountRoles.Admin)).Client(this);
        }

        return admin;
    }

    /// <summary>The first line with a text, as soon as it is there.</summary>
    public async Task<string> Line(string text) => (await Eventually.Get(
        () => Task.FromResult(Output.Split('\n').FirstOrDefault(line => line.Contains(text, StringComparison.Ordinal))), line => line is not null))!;

    /// <summary>Runs a process that is expected to end by itself.</summary>
    public static async Task<(int ExitCode, string Output)> RunToEnd(IReadOnlyDictionary<string, string?> environment, string? roles = null)
    {
        await using var host = Launch(environment, roles);
        await host.process.WaitForExitAsync().WaitAsync(Patience.Limit);
        host.process.WaitForExit();
        return (host.process.ExitCode, host.Output);
    }

    /// <summary>Runs a command of the program that works and ends, with what it writes to either output.</summary>
    public static async Task<(int ExitCode, string Output, string Errors)> Command(IReadOnlyDictionary<string, string?> environment, params string[] arguments)
    {
        var start = new ProcessStartInfo(TestServers.HostExecutable, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync().WaitAsync(Patience.Limit);
        return (process.ExitCode, await output, await errors);
    }

    /// <summary>As the kernel ends a process without asking it.</summary>
    public async Task Kill()
    {
        process.Kill();
        await process.WaitForExitAsync();
    }

    /// <summary>Makes it stand still, as a machine does that is too busy; its connections stay.</summary>
    public Task Pause() => Signal("STOP");

    /// <summary>Lets it go on.</summary>
    public Task Continue() => Signal("CONT");

    /// <summary>As an operator stops it.</summary>
    public async Task<int> Terminate()
    {
        await Signal("TERM");
        await process.WaitForExitAsync().WaitAsync(Patience.Limit);
        return process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
            await Kill();
        process.Dispose();
        Http.Dispose();
        admin?.Dispose();
    }

    private async Task Signal(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", $"{process.Id}"]);
        await kill.WaitForExitAsync();
    }

    private void Keep(string? line)
    {
        if (line is null)
            return;
        lock (output)
            output.AppendLine(line);
        if (Address().Match(line) is { Success: true } match)
            listening.TrySetResult(new Uri(match.Groups[1].Value));
    }

    [GeneratedRegex(@"Now listening on: (http://\S+)")]
    private static partial Regex Address();
}
