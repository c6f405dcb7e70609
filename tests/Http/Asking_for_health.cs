using System.Text.Json;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Http;

/// <summary>Contract, P-38, T-22, A-24, A-25, C-10 and X-11.</summary>
public sealed class Asking_for_health(SharedSystem shared)
{
    public static readonly TheoryData<string> Paths =
        ["/health", "/healthz", "/api/health", "/api/v1/health", "/api/settings/health"];

    [Theory, MemberData(nameof(Paths))]
    public async Task Should_answer_the_same_everywhere(string path)
    {
        var answer = await shared.Http.Raw(HttpMethod.Get, path);

        Assert.Equal(200, answer.Status);
        Assert.StartsWith("application/json", answer.ContentType, StringComparison.Ordinal);
        var body = JsonDocument.Parse(answer.Body).RootElement;
        Assert.Equal(["status", "version", "roles", "checks"], body.EnumerateObject().Select(member => member.Name));
        Assert.Equal("healthy", body.GetProperty("status").GetString());
        Assert.Matches(@"^\d+\.\d+\.\d+$", body.GetProperty("version").GetString()!);
        Assert.Contains("ingress", body.GetProperty("roles").EnumerateArray().Select(role => role.GetString()));
        Assert.Equal(["intake", "postgresql", "projections", "provider_keys", "rabbitmq"], body.GetProperty("checks").EnumerateObject().Select(check => check.Name).Order());
        foreach (var check in body.GetProperty("checks").EnumerateObject())
        {
            Assert.Equal(
                check.Name == "provider_keys" ? ["status", "duration_ms", "decryptable", "sealed"] : ["status", "duration_ms"],
                check.Value.EnumerateObject().Select(member => member.Name));
            Assert.Equal("healthy", check.Value.GetProperty("status").GetString());
        }
    }

    [Theory, MemberData(nameof(Paths))]
    public async Task Should_not_be_cached(string path)
    {
        using var response = await shared.Http.GetAsync(path);
        Assert.True(response.Headers.CacheControl?.NoStore);
    }

    [Theory, MemberData(nameof(Paths))]
    public async Task Should_answer_probes_that_want_no_body(string path)
    {
        var answer = await shared.Http.Raw(HttpMethod.Head, path);
        Assert.Equal((200, ""), (answer.Status, answer.Body));
    }
}
