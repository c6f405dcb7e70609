namespace Bus.Bench.Gateway;

/// <summary>The processes of the targets.</summary>
internal sealed class TargetServers : IAsyncDisposable
{
    private readonly List<IAsyncDisposable> processes = [];

    public List<Target> Targets { get; } = [];

    public static async Task<TargetServers> Start(IEnumerable<string> names, ServerProcess upstream, bool isLimited = false)
    {
        var servers = new TargetServers();
        try
        {
            foreach (var name in names)
                servers.Targets.Add(await servers.Start(name, upstream, isLimited));
            return servers;
        }
        catch
        {
            await servers.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in processes)
            await process.DisposeAsync();
    }

    private async Task<Target> Start(string name, ServerProcess upstream, bool isLimited)
    {
        switch (name)
        {
            case Target.Proxy:
                return Target.Through(Keep(await ServerProcess.Start("proxy", upstream.Url.ToString())));
            case Target.Gateway:
                return Target.Through(Keep(await GatewayHost.Start(upstream, isLimited)));
            default:
                return Target.DirectTo(upstream);
        }
    }

    private T Keep<T>(T process) where T : IAsyncDisposable
    {
        processes.Add(process);
        return process;
    }
}
