using Bus.Tests.Architecture;
using Bus.Tests.Support;

namespace Bus.Tests.Script;

/// <summary>
/// The script of this repository in a folder of its own, with data of its own. What it builds is a project that is empty;
/// what it runs is what was built for this test run.
/// </summary>
internal sealed class BusCheckout : IAsyncDisposable
{
    private const string EmptyProject =
        """<Project><Target Name="Restore" /><Target Name="Build"><Message Importance="high" Text="Nothing to build" /></Target></Project>""";

    // ./bus test removes this folder at its end, also when the tests were killed; and the servers' users may enter it.
    private static readonly string TestRun = Path.GetDirectoryName(
        Environment.GetEnvironmentVariable("BUS_RABBITMQ_RUN") ?? throw new InvalidOperationException("Run the tests with ./bus test"))!;

    private readonly List<BusScript> started = [];

    public BusCheckout()
    {
        Folder = Path.Combine(TestRun, $"script-{Guid.CreateVersion7(TimeProvider.System.GetUtcNow()):n}");
        Directory.CreateDirectory(Path.Combine(Folder, "ops"));
        Directory.CreateDirectory(Path.Combine(Folder, "Host"));
        File.Copy(Path.Combine(Solution.Root, "bus"), Path.Combine(Folder, "bus"));
        foreach (var piece in Directory.EnumerateFiles(Path.Combine(Solution.Root, "ops"), "*.sh"))
            File.Copy(piece, Path.Combine(Folder, "ops", Path.GetFileName(piece)));
        File.WriteAllText(Path.Combine(Folder, "Host/Host.csproj"), EmptyProject);
        Directory.CreateSymbolicLink(Path.Combine(Folder, "artifacts"), Path.Combine(Solution.Root, "artifacts"));
    }

    public string Folder { get; }

    /// <summary>The data and logs of <c>./bus</c>; not there before it does anything.</summary>
    public string Data => Path.Combine(Folder, ".bus");

    public void WriteSettings(string text) => File.WriteAllText(Path.Combine(Folder, ".env"), text);

    public BusScript Start(string[] arguments, IReadOnlyDictionary<string, string?>? environment = null)
    {
        var script = BusScript.Start(Folder, arguments, environment);
        started.Add(script);
        return script;
    }

    /// <summary>Runs <c>./bus</c> to its end.</summary>
    public Task<Ending> Run(string[] arguments, IReadOnlyDictionary<string, string?>? environment = null) =>
        Start(arguments, environment).Ended();

    /// <summary>Waits until no process of this checkout is left.</summary>
    public Task NothingRuns() => Eventually.Get(
        () => Task.FromResult(string.Join('\n', ProcessesOf.Folder(Folder).Select(process => process.Text))), text => text.Length == 0);

    public async ValueTask DisposeAsync()
    {
        foreach (var script in started)
            await script.DisposeAsync();
        foreach (var process in ProcessesOf.Folder(Folder))
            await Kill.Send("KILL", process.Id);
        // A link to /var/lib where the servers' users may not enter this folder.
        if (new DirectoryInfo(Path.Combine(Data, "servers")) is { LinkTarget: { } elsewhere } && Directory.Exists(elsewhere))
            Directory.Delete(elsewhere, recursive: true);
        Directory.Delete(Folder, recursive: true);
    }
}
