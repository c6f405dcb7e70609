using Bus.Messaging.Access;
using Bus.Tests.Llm;
using Bus.Tests.Support;
using Xunit;

[assembly: AssemblyFixture(typeof(Bus.Tests.Gateway.GatewaySystem))]

namespace Bus.Tests.Gateway;

/// <summary>A system of two processes that can keep keys, for all tests that leave it as it was; their models have names of their own. It starts when the first of them asks.</summary>
public sealed class GatewaySystem : IAsyncLifetime
{
    private readonly SemaphoreSlim starting = new(1);
    private TestSystem? system;
    private HostProcess? first;
    private HostProcess? second;
    private int names;

    internal async Task<(TestSystem System, HostProcess First, HostProcess Second)> Get()
    {
        await starting.WaitAsync();
        try
        {
            if (second is null)
            {
                system = await TestSystem.Create(new Dictionary<string, string?> { ["JWT_SECRET"] = Catalogs.Secret });
                first = await system.AddProcess();
                second = await system.AddProcess("ingress");
            }

            return (system!, first!, second);
        }
        finally
        {
            starting.Release();
        }
    }

    /// <summary>The API as an administrator uses it.</summary>
    internal async Task<HttpClient> Admin() => await (await Get()).First.Admin();

    /// <summary>A name that nobody has.</summary>
    internal string Name() => $"model-{Interlocked.Increment(ref names)}x{Some.Id():N}";

    /// <summary>A model as the contract has it (L-20), with some members changed.</summary>
    internal Dictionary<string, object?> Body(params (string Name, object? Value)[] changes)
    {
        var body = new Dictionary<string, object?>
        {
            ["name"] = "GPT-4 Turbo",
            ["model_id"] = Name(),
            ["provider"] = "openai",
            ["type"] = "生文",
            ["description"] = "最新的 GPT-4 模型",
            ["base_url"] = "https://api.openai.com/v1",
            ["auth_type"] = "api_key",
            ["key_usage_mode"] = "single",
            ["api_keys"] = new[] { new { key = "sk-planted-0123456789-first", status = "enabled" } },
            ["supports_vision"] = true,
            ["max_tokens"] = 4096,
            ["context_window"] = 128000,
        };
        foreach (var (name, value) in changes)
            body[name] = value;
        return body;
    }

    /// <summary>Adds a model, which must work.</summary>
    internal async Task<Answered> Add(params (string Name, object? Value)[] changes)
    {
        var made = await (await Admin()).Call("POST", "/api/v1/llm-models", Body(changes));
        return made.Status == 201 ? made : throw new InvalidOperationException($"{made.Status}: {made.Json}");
    }

    /// <summary>Adds a model that leads to a provider of the test's.</summary>
    /// <returns>What it is called.</returns>
    internal async Task<string> ModelAt(FakeProvider provider, params IEnumerable<(string Name, object? Value)> changes) => (await Add(
        [("provider", "fake"), ("base_url", provider.BaseUrl), ("auth_type", "none"), ("api_keys", Array.Empty<object>()), .. changes])).Text("model_id");

    /// <summary>A key of somebody who may talk.</summary>
    internal async Task<string> Key(params string[] models) =>
        (await TestAccount.Create((await Get()).System.Database, AccountRoles.User, models: models is [] ? null : models)).Key;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (system is not null)
            await system.DisposeAsync();
        starting.Dispose();
    }
}
