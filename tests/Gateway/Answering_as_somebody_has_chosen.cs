using System.Net.Http.Json;
using System.Text.Json;
using Bus.Messaging.Access;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Gateway;

/// <summary>Contract, C-18, C-19 and C-22.</summary>
public sealed class Answering_as_somebody_has_chosen : IAsyncLifetime
{
    private AnyProvider usual = null!;
    private AnyProvider chosen = null!;
    private TestSystem system = null!;
    private HostProcess host = null!;

    public async ValueTask InitializeAsync()
    {
        (usual, chosen) = (await AnyProvider.Start(), await AnyProvider.Start());
        // The model of somebody is on this machine: only a test may say so.
        system = await TestSystem.Create(new Dictionary<string, string?>
        {
            ["JWT_SECRET"] = Catalogs.Secret,
            ["LLM_API_URL"] = usual.Url,
            ["LLM_MODEL"] = "usual",
            ["BUS_USER_MODEL_NETWORKS"] = "127.0.0.0/8",
        });
        host = await system.AddProcess();
        var made = await (await host.Admin()).Call("POST", "/api/v1/llm-models", new { name = "Other", model_id = "other", provider = "any", base_url = chosen.Url, auth_type = "none" });
        Assert.Equal(201, made.Status);
    }

    public async ValueTask DisposeAsync()
    {
        await system.DisposeAsync();
        await usual.DisposeAsync();
        await chosen.DisposeAsync();
    }

    [Fact]
    public async Task Should_hold_for_people_without_an_account_by_what_they_are_called()
    {
        Assert.Equal(200, (await host.Http.Call("POST", "/api/config", new { user_id = "ann", model_type = "other", max_tokens = 77 })).Status);
        await Chat(host.Http, "ann");
        await Chat(host.Http, "bob");
        var (of, rest) = (Assert.Single(chosen.Bodies), Assert.Single(usual.Bodies));
        Assert.Equal(("other", 77), (of.GetProperty("model").GetString(), of.GetProperty("max_tokens").GetInt32()));
        Assert.Equal(("usual", false), (rest.GetProperty("model").GetString(), rest.TryGetProperty("max_tokens", out _)));

        await Complete(host.Http, new { messages = Hello, author = "ann" });
        await Complete(host.Http, new { messages = Hello, author = new { name = "ann" }, max_tokens = 5 });
        Assert.Equal([77, 77, 5], chosen.Bodies.Select(body => body.GetProperty("max_tokens").GetInt32()));
    }

    [Fact]
    public async Task Should_hold_for_an_account_wherever_it_asks_unless_the_request_says_otherwise()
    {
        using var client = (await TestAccount.Create(system.Database, AccountRoles.User)).Client(host);
        Assert.Equal(200, (await client.Call("POST", "/api/config", new { model_type = "other" })).Status);
        await Chat(client, "whatever they are called there");
        await Complete(client, new { messages = Hello });
        Assert.Equal(2, chosen.Bodies.Count);
        await Complete(client, new { model = "usual", messages = Hello });
        Assert.Single(usual.Bodies);
    }

    [Fact]
    public async Task Should_ask_their_own_model_with_their_own_key()
    {
        using var client = (await TestAccount.Create(system.Database, AccountRoles.User)).Client(host);
        var mine = new { model_type = "custom", custom_api_url = chosen.Url, custom_model = "my-own", custom_api_key = "sk-my-own-0123456789" };
        Assert.Equal(200, (await client.Call("POST", "/api/config", mine)).Status);
        await Complete(client, new { messages = Hello });
        Assert.Equal("my-own", Assert.Single(chosen.Bodies).GetProperty("model").GetString());
        Assert.Equal("Bearer sk-my-own-0123456789", Assert.Single(chosen.Keys));
    }

    private static object[] Hello { get; } = [new { role = "user", content = "Hello" }];

    private static async Task Chat(HttpClient http, string user)
    {
        using var response = await http.PostAsJsonAsync("/chat", new { user_id = user, session_id = await http.CreateSession(), message = "Hello" });
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal("Hello to you.", answer.GetProperty("assistant_reply").GetString());
    }

    private static async Task Complete(HttpClient http, object body) => Assert.Equal(200, (await http.Call("POST", "/v1/chat/completions", body)).Status);
}
