using System.Collections.Concurrent;
using Bus.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Bus.Tests.Gateway;

/// <summary>As many providers as tests want, each under a name of its own, that do to each request what the test says.</summary>
internal sealed class ScriptedProvider : IAsyncDisposable
{
    private readonly WebApplication server;
    private readonly ConcurrentDictionary<string, Func<ScriptedCall, Task>> scripts = new();

    private ScriptedProvider(WebApplication server) => this.server = server;

    private ConcurrentQueue<ScriptedCall> All { get; } = [];

    public static async Task<ScriptedProvider> Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var server = builder.Build();
        server.Urls.Add("http://127.0.0.1:0");
        var provider = new ScriptedProvider(server);
        server.MapPost("/{name}/v1/{**path}", provider.Serve);
        await server.StartAsync();
        return provider;
    }

    /// <summary>Where the provider of a name is.</summary>
    public string BaseUrl(string name) => $"{server.Urls.Single()}/{name}/v1";

    /// <summary>What the provider of a name does from now on.</summary>
    public void On(string name, Func<ScriptedCall, Task> script) => scripts[name] = script;

    /// <summary>What the provider of a name was asked, in order.</summary>
    public IReadOnlyList<ScriptedCall> Calls(string name) => [.. All.Where(call => call.Name == name)];

    /// <summary>The keys it was asked with.</summary>
    public IReadOnlyList<string> Keys(string name) => [.. Calls(name).Select(call => call.Key)];

    /// <summary>A call that it was asked, as soon as it is there.</summary>
    public async Task<ScriptedCall> Call(string name, int number = 1) =>
        (await Eventually.Get(() => Task.FromResult(Calls(name)), calls => calls.Count >= number))[number - 1];

    public ValueTask DisposeAsync() => server.DisposeAsync();

    private async Task Serve(HttpContext http, string name)
    {
        var call = await ScriptedCall.Read(http, name);
        All.Enqueue(call);
        try
        {
            await scripts[name](call);
        }
        catch (Exception gone) when (gone is OperationCanceledException or IOException)
        {
            // Whoever asked has hung up.
        }
    }
}
