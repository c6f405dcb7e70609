using Bus.Messaging.Access;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Gateway;

public sealed class Listing_what_can_be_asked(GatewaySystem shared)
{
    [Fact]
    public async Task Should_have_what_is_in_use_and_nothing_else()
    {
        var admin = await shared.Admin();
        var (used, off) = (shared.Name(), shared.Name());
        await shared.Add(("model_id", used), ("input_price", 2.5), ("output_price", 10));
        await shared.Add(("model_id", off), ("status", "disabled"));

        var list = (await admin.Call("GET", "/v1/models")).Json;
        Assert.Equal("list", list.GetProperty("object").GetString());
        var listed = list.GetProperty("data").EnumerateArray().ToDictionary(model => model.GetProperty("id").GetString()!);
        Assert.DoesNotContain(off, listed.Keys);
        Assert.Equal(("model", "openai"), (listed[used].GetProperty("object").GetString(), listed[used].GetProperty("owned_by").GetString()));

        var described = (await admin.Call("GET", "/api/v1/llm/models")).Json.GetProperty("models").EnumerateArray().Single(model => model.GetProperty("id").GetString() == used);
        Assert.Equal((2.5m, 10m, "USD", true, 128000), (
            described.GetProperty("input_price").GetDecimal(), described.GetProperty("output_price").GetDecimal(), described.GetProperty("currency").GetString(),
            described.GetProperty("supports_vision").GetBoolean(), described.GetProperty("context_window").GetInt32()));

        Assert.Equal((200, used), ((await admin.Call("GET", $"/v1/models/{used}")).Status, (await admin.Call("GET", $"/v1/models/{used}")).Text("id")));
        var missing = await admin.Call("GET", $"/v1/models/{off}");
        Assert.Equal((404, "model_not_found"), (missing.Status, missing.Json.GetProperty("error").GetProperty("code").GetString()));
    }

    [Fact]
    public async Task Should_find_a_model_whose_name_has_slashes()
    {
        var name = $"google/{shared.Name()}";
        await shared.Add(("model_id", name));
        Assert.Equal(name, (await (await shared.Admin()).Call("GET", $"/v1/models/{name}")).Text("id"));
    }

    [Fact]
    public async Task Should_be_what_a_key_is_kept_to()
    {
        var (system, first, _) = await shared.Get();
        var (mine, other) = (shared.Name(), shared.Name());
        await shared.Add(("model_id", mine));
        await shared.Add(("model_id", other));
        using var client = (await TestAccount.Create(system.Database, AccountRoles.User, models: [mine, $"openai:{other}", "gone"])).Client(first);
        var listed = (await client.Call("GET", "/v1/models")).Json.GetProperty("data").EnumerateArray().Select(model => model.GetProperty("id").GetString()).ToList();
        Assert.Equal([mine, $"openai:{other}"], listed);
        Assert.Equal(404, (await client.Call("GET", $"/v1/models/{other}")).Status);
    }

    [Fact]
    public async Task Should_have_ones_own_model_for_oneself_alone()
    {
        var (system, first, _) = await shared.Get();
        using var client = (await TestAccount.Create(system.Database, AccountRoles.User)).Client(first);
        var chosen = await client.Call("POST", "/api/config", new { model_type = "custom", custom_api_url = "https://models.example.org/v1", custom_model = "mine", custom_api_key = "sk-of-my-own-0123456789" });
        Assert.Equal(200, chosen.Status);
        Assert.Equal(200, (await client.Call("GET", "/v1/models/custom")).Status);
        Assert.Equal(404, (await (await shared.Admin()).Call("GET", "/v1/models/custom")).Status);
    }
}
