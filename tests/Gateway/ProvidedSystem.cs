using System.Globalization;
using System.Text.Json;
using Bus.Messaging.Access;
using Bus.Tests.Support;
using Xunit;

[assembly: AssemblyFixture(typeof(Bus.Tests.Gateway.ProvidedSystem))]

namespace Bus.Tests.Gateway;

/// <summary>A system of two processes that wait for providers no longer than tests want to, and providers that do what tests say. It starts when the first test asks.</summary>
public sealed class ProvidedSystem : IAsyncLifetime
{
    private readonly SemaphoreSlim starting = new(1);
    private TestSystem? system;
    private HostProcess? first;
    private HostProcess? second;
    private ScriptedProvider? provider;
    private int names;

    internal ScriptedProvider Provider => provider!;

    internal TestSystem System => system!;

    internal HostProcess First => first!;

    internal HostProcess Second => second!;

    internal static string Name(string text, int number) => string.Create(CultureInfo.InvariantCulture, $"{text}-{number}");

    internal async Task<ProvidedSystem> Get()
    {
        await starting.WaitAsync();
        try
        {
            if (second is null)
            {
                provider = await ScriptedProvider.Start();
                system = await TestSystem.Create(new Dictionary<string, string?>
                {
                    ["JWT_SECRET"] = Catalogs.Secret,
                    ["LLM_CONNECT_SECONDS"] = "2",
                    ["LLM_FIRST_PIECE_SECONDS"] = "4",
                    ["LLM_PIECE_SECONDS"] = "4",
                    ["LLM_ANSWER_SECONDS"] = "4",
                });
                first = await system.AddProcess();
                second = await system.AddProcess("ingress");
            }
        }
        finally
        {
            starting.Release();
        }

        return this;
    }

    /// <summary>Adds a model whose provider does what the script says; it is asked for by the name of it.</summary>
    internal async Task<string> Model(Func<ScriptedCall, Task>? script = null, params (string Name, object? Value)[] changes)
    {
        var name = Name("scripted", Interlocked.Increment(ref names));
        var body = new Dictionary<string, object?>
        {
            ["name"] = name,
            ["model_id"] = name,
            ["provider"] = name,
            ["base_url"] = Provider.BaseUrl(name),
            ["key_usage_mode"] = "failover",
            ["api_keys"] = new[] { new { key = $"sk-{name}" } },
            ["prices"] = new[] { new { input = 2, output = 10, from = "2026-01-01T00:00:00Z" } },
        };
        foreach (var (member, value) in changes)
            body[member] = value;
        Provider.On(name, script ?? (call => call.Answer("well")));
        var made = await (await First.Admin()).Call("POST", "/api/v1/llm-models", body);
        return made.Status == 201 ? await Known(name) : throw new InvalidOperationException($"{made.Status}: {made.Json}");
    }

    /// <summary>Makes a route to models, in order.</summary>
    internal async Task<string> Route(params string[] models)
    {
        var name = Name("route", Interlocked.Increment(ref names));
        var made = await (await First.Admin()).Call("PUT", $"/api/v1/llm-routes/{name}", new { targets = models.Select(model => new { model }) });
        return made.Status == 200 ? await Known(name) : throw new InvalidOperationException($"{made.Status}: {made.Json}");
    }

    /// <summary>The other process has a look at the catalog four times a second.</summary>
    private async Task<string> Known(string name)
    {
        var admin = await Second.Admin();
        await Eventually.Get(() => admin.Call("GET", $"/v1/models/{name}"), answer => answer.Status == 200);
        return name;
    }

    /// <summary>Somebody who asks for the first time.</summary>
    internal async Task<Asker> Asker() => new(await TestAccount.Create(System.Database, AccountRoles.User), this);

    /// <summary>What the ledger has of a model's attempts, the oldest first: how each ended, why, how its tokens are known, and how many they are.</summary>
    internal async Task<IReadOnlyList<string>> Ledger(string model, int count = 1)
    {
        var admin = await First.Admin();
        var calls = await Eventually.Get(
            () => admin.Call("GET", $"/api/v1/llm/calls?of=all&limit=200&model={model}"),
            answer => answer.Json.GetProperty("calls").EnumerateArray().Count(call => call.GetProperty("outcome").GetString() != "open") >= count);
        return [.. calls.Json.GetProperty("calls").EnumerateArray().Reverse().Select(Row)];
    }

    /// <summary>One row of it.</summary>
    internal static string Row(JsonElement call) => string.Create(CultureInfo.InvariantCulture,
        $"{call.GetProperty("outcome").GetString()} {call.GetProperty("failure").GetString() ?? "-"} {call.GetProperty("basis").GetString()} {call.GetProperty("input_tokens")}+{call.GetProperty("output_tokens")}");

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (system is not null)
            await system.DisposeAsync();
        if (provider is not null)
            await provider.DisposeAsync();
        starting.Dispose();
    }
}
