using System.Net.Http.Json;
using System.Text.Json;
using Bus.Bench.Turns;

namespace Bus.Bench.Gateway;

/// <summary>
/// The measured gateway: a host with all roles, whose catalog has the upstream as a model with a key and a price, and a caller's key, so that each completion is
/// authenticated, routed and accounted for; with a budget for that key, where it is to be held against a limit as well.
/// </summary>
internal sealed class GatewayHost : IAsyncDisposable
{
    /// <summary>What a million tokens cost, in the base currency.</summary>
    public const decimal InputPrice = 3;

    public const decimal OutputPrice = 15;

    /// <summary>Tokens that the caller's key is good for in a month: more than any run takes.</summary>
    private const long Budget = 9_000_000_000;

    private const string Secret = "protects the keys of a measurement";

    private readonly HostProcess host;

    private GatewayHost(HostProcess host, string key) => (this.host, Key) = (host, key);

    public int Pid => host.Pid;

    public int Port => host.Port;

    /// <summary>The caller's key.</summary>
    public string Key { get; }

    public static async Task<GatewayHost> Start(ServerProcess upstream, bool isLimited)
    {
        var host = await HostProcess.Start(TimeSpan.Zero, settings: new Dictionary<string, string>(Administrator.Settings) { ["JWT_SECRET"] = Secret });
        try
        {
            using var admin = await Administrator.LogIn(host);
            await Post(admin, "/api/v1/llm-models", Model(upstream));
            var key = (await Post(admin, "/api/keys", new { name = "bench", scopes = (string[])["chat"] })).GetProperty("key").GetString()!;
            if (isLimited)
                await Post(admin, "/api/v1/llm-limits", new { subject = "key", unit = "tokens", window = "month", amount = Budget, action = "block" });
            return new GatewayHost(host, key);
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync() => host.DisposeAsync();

    private static object Model(ServerProcess upstream) => new
    {
        name = "Bench",
        model_id = CompletionRequest.Model,
        provider = "bench",
        type = "生文",
        description = "Answers at once.",
        base_url = $"{upstream.Url}{Target.Gateway}/v1",
        auth_type = "api_key",
        key_usage_mode = "single",
        api_keys = (object[])[new { key = "sk-of-the-upstream", status = "enabled" }],
        supports_vision = false,
        max_tokens = 4096,
        context_window = 128_000,
        input_price = InputPrice,
        output_price = OutputPrice,
    };

    private static async Task<JsonElement> Post(HttpClient client, string path, object body)
    {
        using var response = await client.PostAsJsonAsync(path, body);
        return response.IsSuccessStatusCode
            ? await response.Content.ReadFromJsonAsync<JsonElement>()
            : throw new BenchException($"{path} answered {(int)response.StatusCode}: {await response.Content.ReadAsStringAsync()}");
    }
}
