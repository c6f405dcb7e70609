using Bus.Messaging.Access;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Gateway;

public sealed class Choosing_an_address_within_the_house(GatewaySystem shared)
{
    [Fact]
    public async Task Should_lead_nowhere()
    {
        var (system, first, _) = await shared.Get();
        await using var house = await AnyProvider.Start();
        var port = new Uri(house.Url).Port;
        foreach (var host in (string[])["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "2130706433", "169.254.169.254"])
        {
            using var client = (await TestAccount.Create(system.Database, AccountRoles.User)).Client(first);
            var chosen = await client.Call("POST", "/api/config", new { model_type = "custom", custom_api_url = $"http://{host}:{port}/v1", custom_model = "m", custom_api_key = "sk-own-0123456789" });
            var answer = chosen.Status == 200 ? await client.Call("POST", "/v1/chat/completions", new { messages = new[] { new { role = "user", content = "Hello" } } }) : chosen;
            Assert.True(answer.Status is 400 or 502, $"{host}: {answer.Status} {answer.Json}");
            Assert.DoesNotContain("sk-own", $"{answer.Json}", StringComparison.Ordinal);
        }

        Assert.Empty(house.Bodies);
    }
}
