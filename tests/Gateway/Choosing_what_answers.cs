using Bus.Llm.Catalog;
using Bus.Llm.Catalog.OwnModels;
using Bus.Messaging.Access;
using Bus.Tests.Http;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Gateway;

/// <summary><c>/api/config</c>: contract, C-18, C-19, C-22 and X-7.</summary>
public sealed class Choosing_what_answers(GatewaySystem shared)
{
    private const string Key = "sk-planted-own-0123456789-abcd";

    [Fact]
    public async Task Should_answer_as_the_contract_says()
    {
        var (_, first, _) = await shared.Get();
        var model = await shared.Add();
        var user = shared.Name();
        var before = await first.Http.Call("GET", $"/api/config?user_id={user}");
        Assert.Equal(["llm_api_url", "llm_model", "llm_api_key", "preset_models", "current_model_type", "max_tokens"], before.Json.EnumerateObject().Select(member => member.Name));
        Assert.Equal(("", "demo", "", "default"), (before.Text("llm_api_url"), before.Text("llm_model"), before.Text("llm_api_key"), before.Text("current_model_type")));

        var after = await first.Http.Call("POST", "/api/config", new { user_id = user, model_type = model.Text("model_id"), max_tokens = 2000 });
        Assert.Equal((200, "https://api.openai.com/v1", model.Text("model_id"), model.Text("model_id"), 2000), (after.Status, after.Text("llm_api_url"), after.Text("llm_model"), after.Text("current_model_type"), after.Json.GetProperty("max_tokens").GetInt32()));
        Assert.Equal("…", after.Text("llm_api_key")); // of a key of the system not even its end
        Assert.Equal(after.Json.GetRawText(), (await first.Http.Call("GET", $"/api/config?user_id={user}")).Json.GetRawText());
        Assert.Equal("default", (await first.Http.Call("GET", $"/api/config?user_id={user}2")).Text("current_model_type"));
    }

    [Fact]
    public async Task Should_have_ones_own_model_for_oneself_in_all_processes()
    {
        var (system, first, second) = await shared.Get();
        var (anna, boris) = (await TestAccount.Create(system.Database, AccountRoles.User), await TestAccount.Create(system.Database, AccountRoles.User));
        var made = await first.Http.Call("POST", "/api/config", new { user_id = boris.Name, custom_api_url = "https://own.example/v1/chat/completions", custom_model = "mine", custom_api_key = Key, model_type = "custom" }, anna.Token);
        Assert.Equal((200, "https://own.example/v1", "mine", "sk-…abcd", "custom"), (made.Status, made.Text("llm_api_url"), made.Text("llm_model"), made.Text("llm_api_key"), made.Text("current_model_type")));
        await Eventually.Get(() => second.Http.Call("GET", "/api/config", token: anna.Token), answer => answer.Text("llm_model") == "mine");
        Assert.Contains("custom", Choices(made));
        Assert.DoesNotContain("custom", Choices(await first.Http.Call("GET", $"/api/config?user_id={anna.Name}", token: boris.Token)));

        var catalog = await new CatalogReader(system.Database, Catalogs.Vault()).Read(default);
        var own = Assert.Single(catalog.Resolve("custom", null, anna.Id));
        Assert.Equal(("own", "mine", anna.Id, Key), (own.Model.Provider, own.Name, own.Model.Owner, own.Model.Keys.Single().Secret));
        Assert.Same(own.Model, catalog.Resolve(null, null, anna.Id)[0].Model);
        Assert.Throws<ModelNotFoundException>(() => catalog.Resolve("custom", null, boris.Id));
        Assert.Empty((await (await shared.Admin()).Call("GET", "/api/v1/llm-models?provider=own")).Json.GetProperty("models").EnumerateArray());

        // Whoever takes it away is answered by the usual one again.
        var gone = await first.Http.Call("POST", "/api/config", new { custom_api_url = (string?)null }, anna.Token);
        Assert.Equal(("demo", "default", ""), (gone.Text("llm_model"), gone.Text("current_model_type"), gone.Text("llm_api_key")));
        Assert.Equal(0, await system.Scalar<long>("select count(*) from user_configs where user_identifier = $1 and (custom_api_key is not null or custom_key_hint is not null)", anna.Owner));
    }

    [Fact]
    public async Task Should_change_what_is_sent_and_need_the_key_for_another_address()
    {
        var (system, first, _) = await shared.Get();
        var anna = await TestAccount.Create(system.Database, AccountRoles.User);
        Task<Answered> Send(object body) => first.Http.Call("POST", "/api/config", body, anna.Token);
        await Send(new { custom_api_url = "https://own.example", custom_model = "mine", custom_api_key = Key, max_tokens = 5 });

        Assert.Equal((200, 5), await Told(Send(new { custom_model = "other", custom_api_key = "sk-…abcd" })));
        Assert.Equal(200, (await Send(new { custom_api_url = "https://own.example/v1" })).Status); // the same, written otherwise
        foreach (var body in new object[] { new { custom_api_url = "https://evil.example" }, new { custom_api_url = "https://evil.example", custom_api_key = "sk-…abcd" } })
            Assert.Equal((400, true), ((await Send(body)).Status, (await Send(body)).Detail.StartsWith("custom_api_key", StringComparison.Ordinal)));
        Assert.Equal(200, (await Send(new { custom_api_url = "https://elsewhere.example", custom_api_key = Key })).Status);
        Assert.Equal(200, (await Send(new { custom_api_url = "https://free.example", custom_api_key = (string?)null })).Status);
        Assert.Equal(200, (await Send(new { model_type = (string?)null, max_tokens = (int?)null })).Status);
    }

    [Theory]
    [InlineData("user_id", """{"user_id":7}""")]
    [InlineData("user_id", """{}""")]
    [InlineData("model_type", """{"user_id":"u","model_type":"no-such-model"}""")]
    [InlineData("model_type", """{"user_id":"u","model_type":"custom"}""")]
    [InlineData("model_type", """{"user_id":"u","model_type":"codegeex"}""")] // an example, and switched off
    [InlineData("model_type", """{"user_id":"u","model_type":7}""")]
    [InlineData("max_tokens", """{"user_id":"u","max_tokens":0}""")]
    [InlineData("max_tokens", """{"user_id":"u","max_tokens":"2000"}""")]
    [InlineData("custom_api_url", """{"user_id":"u","custom_api_url":"own.example","custom_model":"m"}""")]
    [InlineData("custom_api_url", """{"user_id":"u","custom_api_url":"https://u:p@own.example","custom_model":"m"}""")]
    [InlineData("custom_api_url", """{"user_id":"u","custom_model":"m"}""")]
    [InlineData("custom_api_url", """{"user_id":"u","custom_api_key":"sk-a"}""")]
    [InlineData("custom_api_url", """{"user_id":"u","custom_api_url":null,"custom_model":"m"}""")]
    [InlineData("custom_model", """{"user_id":"u","custom_api_url":"https://own.example"}""")]
    [InlineData("custom_model", """{"user_id":"u","custom_api_url":"https://own.example","custom_model":""}""")]
    [InlineData("custom_api_key", """{"user_id":"u","custom_api_url":"https://own.example","custom_model":"m","custom_api_key":"with space"}""")]
    [InlineData("llm_api_key", """{"user_id":"u","llm_api_key":"sk-a"}""")]
    public async Task Should_be_refused_with_the_name_of_what_is_wrong(string field, string body)
    {
        var (system, first, _) = await shared.Get();
        Refusal.Check(await first.Http.Raw(HttpMethod.Post, "/api/config", body), 400, field);
        Assert.Equal(0, await system.Scalar<long>("select count(*) from user_configs where user_identifier = 'local/u'"));
    }

    [Fact]
    public async Task Should_keep_to_what_a_key_may_ask()
    {
        var (system, first, _) = await shared.Get();
        var (allowed, other) = ((await shared.Add()).Text("model_id"), (await shared.Add()).Text("model_id"));
        var anna = await TestAccount.Create(system.Database, AccountRoles.User, models: [allowed]);
        var shown = await first.Http.Call("GET", "/api/config", token: anna.Key);
        Assert.Equal([allowed], Choices(shown));
        Assert.Equal(403, (await first.Http.Call("POST", "/api/config", new { model_type = other }, anna.Key)).Status);
        Assert.Equal(200, (await first.Http.Call("POST", "/api/config", new { model_type = allowed }, anna.Key)).Status);
    }

    [Fact]
    public void Should_know_people_without_an_account_by_an_id_that_follows()
    {
        Assert.Equal(OwnConfig.OwnerOf("local/u"), OwnConfig.OwnerOf("local/u"));
        Assert.NotEqual(OwnConfig.OwnerOf("local/u"), OwnConfig.OwnerOf("local/v"));
        Assert.Equal(Guid.Empty, OwnConfig.OwnerOf($"user:{Guid.Empty}"));
    }

    private static async Task<(int, int)> Told(Task<Answered> asked)
    {
        var answer = await asked;
        return (answer.Status, answer.Json.GetProperty("max_tokens").GetInt32());
    }

    private static List<string> Choices(Answered config) => [.. config.Json.GetProperty("preset_models").EnumerateArray().Select(model => model.GetProperty("model_type").GetString()!)];
}
