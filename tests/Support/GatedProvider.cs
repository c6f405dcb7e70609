using System.Collections.Concurrent;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Bus.Tests.Support;

/// <summary>
/// A provider that speaks OpenAI's chat completions and says what the test makes it say, when the test makes it: nothing
/// depends on timing.
/// </summary>
internal sealed class GatedProvider : IAsyncDisposable
{
    public const string Key = "sk-gated-5c1f0e77a2";

    private readonly WebApplication server;
    private readonly Func<GatedCall, Task>? script;
    private readonly ConcurrentDictionary<string, Channel<GatedCall>> calls = new(StringComparer.Ordinal);

    private readonly IReadOnlyCollection<string> gated;

    private GatedProvider(WebApplication server, Func<GatedCall, Task>? script, IReadOnlyCollection<string> gated)
    {
        this.server = server;
        this.script = script;
        this.gated = gated;
    }

    /// <summary>Every call there was.</summary>
    public ConcurrentQueue<GatedCall> Calls { get; } = [];

    /// <summary>What makes a process ask this provider.</summary>
    public IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?>
    {
        ["LLM_API_URL"] = server.Urls.Single() + "/v1",
        ["LLM_MODEL"] = "gated",
        ["LLM_API_KEY"] = Key,
        ["JWT_SECRET"] = "the-secret-that-the-key-is-kept-with", // what is in the environment goes into the database
    };

    /// <summary>Without a script, the test answers each call itself (<see cref="Call"/>); with one, only those that ask one of <paramref name="gated"/>.</summary>
    public static async Task<GatedProvider> Start(Func<GatedCall, Task>? script = null, params IReadOnlyCollection<string> gated)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var server = builder.Build();
        server.Urls.Add("http://127.0.0.1:0");
        var provider = new GatedProvider(server, script, gated);
        server.MapPost("/v1/chat/completions", provider.Serve);
        await server.StartAsync();
        return provider;
    }

    /// <summary>The next call that asks exactly this, waiting for it; each call is given out once.</summary>
    public Task<GatedCall> Call(string asked) => CallsOf(asked).Reader.ReadAsync().AsTask().WaitAsync(Patience.Limit);

    /// <summary>How often exactly this was asked.</summary>
    public int Count(string asked) => Calls.Count(call => call.Asked == asked);

    public async ValueTask DisposeAsync()
    {
        foreach (var call in Calls)
            call.Drop();
        await server.DisposeAsync();
    }

    private async Task Serve(HttpContext http)
    {
        var body = await JsonSerializer.DeserializeAsync<JsonElement>(http.Request.Body);
        var call = new GatedCall(http, body);
        Calls.Enqueue(call);
        if (script is not null && !gated.Contains(call.Asked))
            await script(call);
        else
            CallsOf(call.Asked).Writer.TryWrite(call);
        await call.Ended;
    }

    private Channel<GatedCall> CallsOf(string asked) => calls.GetOrAdd(asked, _ => Channel.CreateUnbounded<GatedCall>());
}
