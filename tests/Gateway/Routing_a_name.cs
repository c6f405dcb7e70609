using System.Text.Json;
using Bus.Tests.Http;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Gateway;

/// <summary><c>/api/v1/llm-routes</c>.</summary>
public sealed class Routing_a_name(GatewaySystem shared)
{
    [Fact]
    public async Task Should_name_models_by_whatever_only_they_are_called()
    {
        var admin = await shared.Admin();
        var (byId, byModel, byName) = (await shared.Add(), await shared.Add(), await shared.Add(("name", $"Named {shared.Name()}")));
        var route = shared.Name();
        var targets = new object[] { new { model = byId.Text("id"), weight = 7 }, new { model = byModel.Text("model_id") }, new { model = byName.Text("name").ToUpperInvariant() } };
        var made = await admin.Call("PUT", $"/api/v1/llm-routes/{route}", new { targets });
        Assert.Equal((200, route, "ordered"), (made.Status, made.Text("name"), made.Text("mode")));
        Assert.Equal([(byId.Text("id"), 7), (byModel.Text("id"), 1), (byName.Text("id"), 1)], Targets(made.Json));
        Assert.Contains((await admin.Call("GET", "/api/v1/llm-routes")).Json.GetProperty("routes").EnumerateArray(), one => one.GetRawText() == made.Json.GetRawText());

        // An answer can be sent back, and all of it is what was sent.
        Assert.Equal(200, (await admin.Call("PUT", $"/api/v1/llm-routes/{route}", made.Json)).Status);
        var other = await admin.Call("PUT", $"/api/v1/llm-routes/{route}", new { mode = "weighted", targets = new[] { new { model = byName.Text("id") } } });
        Assert.Equal(("weighted", 1), (other.Text("mode"), Targets(other.Json).Count));

        Assert.Equal(204, (await admin.Call("DELETE", $"/api/v1/llm-routes/{route}")).Status);
        Assert.Equal(404, (await admin.Call("DELETE", $"/api/v1/llm-routes/{route}")).Status);
        var entries = (await admin.Call("GET", $"/api/audit?subject=route:{route}")).Json.GetProperty("entries").EnumerateArray().ToList();
        Assert.Equal(["route.deleted", "route.changed", "route.changed", "route.changed"], entries.Select(entry => entry.GetProperty("action").GetString()));
        Assert.Contains("weighted", entries[0].GetProperty("before").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Should_keep_its_models_from_being_removed()
    {
        var admin = await shared.Admin();
        var model = (await shared.Add()).Text("id");
        var routes = new[] { shared.Name(), shared.Name() };
        foreach (var route in routes)
            await admin.Call("PUT", $"/api/v1/llm-routes/{route}", new { targets = new[] { new { model } } });
        var refused = await admin.Raw(HttpMethod.Delete, $"/api/v1/llm-models/{model}");
        Refusal.Check(refused, 409, "id");
        Assert.All(routes, route => Assert.Contains(route, refused.Body, StringComparison.Ordinal));
        foreach (var route in routes)
            await admin.Call("DELETE", $"/api/v1/llm-routes/{route}");
        Assert.Equal(204, (await admin.Call("DELETE", $"/api/v1/llm-models/{model}")).Status);
    }

    [Fact]
    public async Task Should_never_be_left_with_a_model_that_was_removed_at_the_same_time()
    {
        var (system, _, _) = await shared.Get();
        var admin = await shared.Admin();
        for (var i = 0; i < 10; i++)
        {
            var (model, route) = ((await shared.Add()).Text("id"), shared.Name());
            var both = await Task.WhenAll(
                admin.Call("PUT", $"/api/v1/llm-routes/{route}", new { targets = new[] { new { model } } }), admin.Call("DELETE", $"/api/v1/llm-models/{model}"));
            Assert.Contains((both[0].Status, both[1].Status), new[] { (200, 409), (400, 204) });
            Assert.Equal(both[0].Status == 200 ? 1 : 0, await system.Scalar<long>("select count(*) from llm_routes where name = $1", route));
        }
    }

    [Theory]
    [InlineData("fast/cheap")]
    [InlineData("日常 使用")]
    [InlineData("a+b?c=d&e")]
    public async Task Should_be_called_as_people_like(string name)
    {
        var admin = await shared.Admin();
        var path = $"/api/v1/llm-routes/{Uri.EscapeDataString(name)}";
        var made = await admin.Call("PUT", path, new { targets = new[] { new { model = (await shared.Add()).Text("id") } } });
        Assert.Equal((200, name), (made.Status, made.Text("name")));
        Assert.Equal(204, (await admin.Call("DELETE", path)).Status);
    }

    [Theory]
    [InlineData("targets", "{}")]
    [InlineData("targets", """{"targets":[]}""")]
    [InlineData("targets", """{"targets":null}""")]
    [InlineData("targets", """{"targets":{}}""")]
    [InlineData("targets[0]", """{"targets":["gpt-4"]}""")]
    [InlineData("targets[0].model", """{"targets":[{"weight":1}]}""")]
    [InlineData("targets[0].model", """{"targets":[{"model":7}]}""")]
    [InlineData("targets[0].model", """{"targets":[{"model":"there is none"}]}""")]
    [InlineData("targets[0].model", """{"targets":[{"model":"01890000-0000-7000-8000-000000000000"}]}""")]
    [InlineData("targets[0].model", """{"targets":[{"model":"DOUBLE"}]}""")]
    [InlineData("targets[1].model", """{"targets":[{"model":"ONCE"},{"model":"ONCE"}]}""")]
    [InlineData("targets[0].weight", """{"targets":[{"model":"ONCE","weight":0}]}""")]
    [InlineData("targets[0].weight", """{"targets":[{"model":"ONCE","weight":1001}]}""")]
    [InlineData("targets[0].weight", """{"targets":[{"model":"ONCE","weight":1.5}]}""")]
    [InlineData("targets[0].priority", """{"targets":[{"model":"ONCE","priority":1}]}""")]
    [InlineData("mode", """{"mode":"random","targets":[{"model":"ONCE"}]}""")]
    [InlineData("mode", """{"mode":7,"targets":[{"model":"ONCE"}]}""")]
    [InlineData("fallback", """{"fallback":"x","targets":[{"model":"ONCE"}]}""")]
    public async Task Should_be_refused_with_the_name_of_what_is_wrong(string field, string body)
    {
        var admin = await shared.Admin();
        var (once, twice, route) = (shared.Name(), shared.Name(), shared.Name());
        foreach (var model in new[] { once, twice, twice })
            await shared.Add(("model_id", model), ("api_keys", null));
        Refusal.Check(
            await admin.Raw(HttpMethod.Put, $"/api/v1/llm-routes/{route}", body.Replace("ONCE", once, StringComparison.Ordinal).Replace("DOUBLE", twice, StringComparison.Ordinal)), 400, field);
        Assert.DoesNotContain(route, (await admin.Raw(HttpMethod.Get, "/api/v1/llm-routes")).Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("%20x")]
    [InlineData("x%0Ay")]
    [InlineData("LONG")]
    public async Task Should_have_a_name_that_can_be_one(string name)
    {
        var path = $"/api/v1/llm-routes/{name.Replace("LONG", new string('n', 101), StringComparison.Ordinal)}";
        var body = JsonSerializer.Serialize(new { targets = new[] { new { model = (await shared.Add()).Text("id") } } });
        Refusal.Check(await (await shared.Admin()).Raw(HttpMethod.Put, path, body), 400, "name");
    }

    private static List<(string, int)> Targets(JsonElement route) =>
        [.. route.GetProperty("targets").EnumerateArray().Select(target => (target.GetProperty("model").GetString()!, target.GetProperty("weight").GetInt32()))];
}
