using System.Text;
using Bus.Messaging.Access;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Gateway;

public sealed class Keeping_provider_keys_secret
{
    private const string Planted = "sk-planted-";

    [Fact]
    public async Task Should_hold_for_answers_logs_traces_the_audit_stream_and_the_database()
    {
        await using var collector = await OtlpReceiver.Start();
        await using var system = await TestSystem.Create(new Dictionary<string, string?>
        {
            ["LOG_LEVEL"] = "trace",
            ["JWT_SECRET"] = Catalogs.Secret,
            ["LLM_PROVIDER"] = "demo",
            ["DEEPSEEK_API_KEY"] = $"{Planted}environment-0123456789",
        });
        var host = await system.AddProcess(settings: collector.Settings("bus"));
        var admin = await host.Admin();
        using var user = (await TestAccount.Create(system.Database, AccountRoles.User)).Client(host);
        var answers = new StringBuilder();

        async Task<string> Send(HttpClient client, string method, string path, string? body = null)
        {
            var answer = await client.Raw(new HttpMethod(method), path, body);
            answers.AppendLine(answer.Body);
            return answer.Body;
        }

        const string Good = """ "name":"n","model_id":"m","provider":"openai","base_url":"https://api.openai.com/v1" """;
        var made = await Send(admin, "POST", "/api/v1/llm-models", $$"""{{{Good}},"api_keys":[{"key":"{{Planted}}first-0123456789"},{"key":"{{Planted}}second-0123456789"}]}""");
        var id = made.Split("\"id\":\"")[1][..36];
        await Send(admin, "PUT", $"/api/v1/llm-models/{id}", $$"""{"api_keys":[{"key":"{{Planted}}third-0123456789"}]}""");
        await Send(admin, "PUT", $"/api/v1/llm-models/{id}", $$"""{"base_url":"https://user:{{Planted}}in-the-url@x/v1"}""");
        await Send(admin, "PUT", $"/api/v1/llm-models/{id}", $$"""{"api_keys":[{"key":"{{Planted}}with a space"}]}""");
        await Send(admin, "PUT", $"/api/v1/llm-models/{id}", $$"""{"api_keys":[{"key":"{{Planted}}beside-a-mistake"}],"rpm":-1}""");
        await Send(admin, "PUT", $"/api/v1/llm-models/{id}", $$"""{"api_keys":"{{Planted}}in-the-wrong-place"}""");
        await Send(admin, "PUT", $"/api/v1/llm-models/{id}", $$"""{"api_keys":[{"key":"{{Planted}}that-ends""");
        await Send(user, "POST", "/api/config", $$"""{"custom_api_url":"https://own.example","custom_model":"m","custom_api_key":"{{Planted}}own-0123456789"}""");
        await Send(user, "POST", "/api/config", $$"""{"custom_api_url":"https://own.example/{{Planted}}?x=1"}""");
        await Send(user, "GET", "/api/config");
        foreach (var path in new[] { "/api/v1/llm-models", $"/api/v1/llm-models/{id}", "/api/v1/llm-routes", "/api/audit", "/openapi/v1.json", "/health" })
            await Send(admin, "GET", path);
        await Send(admin, "DELETE", $"/api/v1/llm-models/{id}");
        await Eventually.Get(() => Task.FromResult(collector.Bodies.Count), count => count > 0);

        Assert.Contains("sk-…6789", answers.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(Planted, answers.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(host.Output.Split('\n'), line => line.Contains(Planted, StringComparison.Ordinal));
        Assert.DoesNotContain(collector.Bodies, body => body.Contains(Planted, StringComparison.Ordinal));
        foreach (var table in new[] { "mt_events", "llm_models", "llm_routes", "user_configs", "llm_health", "llm_imports" })
            Assert.Equal(0, await system.Scalar<long>($"select count(*) from {table} t where t::text like '%{Planted}%'"));
        Assert.Equal(1, await system.Scalar<long>("select count(*) from user_configs where custom_api_key is not null"));
    }
}
