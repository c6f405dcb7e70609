using System.Text;
using System.Text.Json;
using Bus.Contracts;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Gateway;

/// <summary>The most that may be is taken, and one more is not.</summary>
public sealed class A_completion_at_its_limit(GatewaySystem shared)
{
    [Theory]
    [InlineData("model", Limits.LongestModelName, 404)]
    [InlineData("purpose", Limits.LongestPurpose, 200)]
    [InlineData("provider", Limits.LongestProviderName, 404)]
    [InlineData("author", Limits.LongestId, 200)]
    public async Task Should_be_taken_with_a_text(string member, int longest, int status)
    {
        var host = (await shared.Get()).First;
        Assert.Equal($"{status}", (await Ask(host, Body(member, new string('x', longest))))[..3]);
        Assert.Equal($"400 {member}", await Ask(host, Body(member, new string('x', longest + 1))));
    }

    [Theory]
    [InlineData("n", Limits.MostChoices)]
    [InlineData("max_tokens", Limits.MostTokens)]
    [InlineData("max_completion_tokens", Limits.MostTokens)]
    public async Task Should_be_taken_with_a_number(string member, int most)
    {
        var host = (await shared.Get()).First;
        Assert.Equal("200 ", await Ask(host, Body(member, most)));
        foreach (var wrong in new object[] { most + 1, 0, -1, 1.5, "1" })
            Assert.Equal($"400 {member}", await Ask(host, Body(member, wrong)));
    }

    [Fact]
    public async Task Should_be_taken_with_its_pictures()
    {
        const int Most = 100_000;
        await using var host = await HostProcess.Start(
            new Dictionary<string, string?>((await shared.Get()).System.Environment) { ["MAX_COMPLETION_BYTES"] = $"{Most}", ["MAX_BODY_BYTES"] = "1024" }, "ingress");
        var body = Body("x", "");
        Assert.Equal("200 ", await Ask(host, body + new string(' ', Most - body.Length)));
        Assert.Equal("413 ", await Ask(host, body + new string(' ', Most - body.Length + 1)));
    }

    private static string Body(string member, object value)
    {
        var body = new Dictionary<string, object> { ["model"] = "demo", ["messages"] = new[] { new { role = "user", content = "Hello" } } };
        body[member] = value;
        return JsonSerializer.Serialize(body);
    }

    /// <summary>The status, and the member at fault.</summary>
    private async Task<string> Ask(HostProcess host, string body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new("Bearer", await shared.Key());
        var answer = await host.Http.Answer(request);
        return $"{answer.Status} {(answer.Json.TryGetProperty("error", out var error) ? error.GetProperty("param").GetString() : "")}";
    }
}
