using Bus.Llm;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Llm;

public class A_status_that_is_no_success
{
    [Theory]
    [InlineData(400, """{"error":{"code":400,"message":"the request exceeds the available context size","type":"invalid_request_error"}}""", ProviderFailure.ContextOverflow, "The model's context is too small for this: the request exceeds the available context size.")]
    [InlineData(400, """{"detail":"Unknown field."}""", ProviderFailure.Rejected, "The model provider refused the request (400): Unknown field.")]
    [InlineData(401, """{"error":{"code":401,"message":"Invalid API Key","type":"authentication_error"}}""", ProviderFailure.KeyRefused, "The model provider refused our key (401).")]
    [InlineData(402, "", ProviderFailure.NoCredit, "The account at the model provider has no credit left.")]
    [InlineData(404, """{"error":{"code":404,"message":"File Not Found","type":"not_found_error"}}""", ProviderFailure.UnknownModel, "The model provider does not know this model or address (404): File Not Found.")]
    [InlineData(429, """{"error":{"code":"insufficient_quota","message":"You exceeded your current quota"}}""", ProviderFailure.NoCredit, "The account at the model provider has no credit left.")]
    [InlineData(429, "slow down", ProviderFailure.RateLimited, "The model provider asks us to slow down.")]
    [InlineData(500, """{"error":{"code":500,"message":"Only one completion choice is allowed","type":"server_error"}}""", ProviderFailure.Unavailable, "The model provider is in trouble (500): Only one completion choice is allowed.")]
    [InlineData(502, "<html><body>Bad Gateway</body></html>", ProviderFailure.Unavailable, "The model provider is in trouble (502).")]
    [InlineData(503, """{"error":{"code":503,"message":"Loading model","type":"unavailable_error"}}""", ProviderFailure.Unavailable, "The model provider is in trouble (503): Loading model.")]
    [InlineData(501, """{"error":"not here"}""", ProviderFailure.Unavailable, "The model provider is in trouble (501): not here.")]
    public async Task Should_say_what_is_wrong(int status, string body, ProviderFailure failure, string reason)
    {
        await using var provider = FakeProvider.Answering(status, body);
        var asked = await Asking.Ask(provider);
        Assert.Equal((failure, reason), (asked.Failure!.Failure, asked.Failure.Message));
        Assert.Single(provider.Calls);
    }

    [Fact]
    public async Task Should_not_follow_a_redirection()
    {
        await using var elsewhere = FakeProvider.Saying("Hi");
        await using var provider = FakeProvider.Answering(307, "", headers: $"Location: {elsewhere.BaseUrl}\r\n");
        var asked = await Asking.Ask(provider);
        Assert.Equal("The model provider moved (307); its address is probably wrong.", asked.Failure?.Message);
        Assert.Empty(elsewhere.Calls);
    }

    [Theory]
    [InlineData("20", 20)]
    [InlineData("Thu, 01 Oct 2026 12:01:30 GMT", 90)]
    [InlineData("Thu, 01 Oct 2026 11:00:00 GMT", 0)]
    [InlineData("86400", 86400)]
    [InlineData("86401", 86400)]
    [InlineData("Thu, 01 Oct 2099 11:00:00 GMT", 86400)]
    public async Task Should_say_when_to_try_again(string header, int seconds)
    {
        await using var provider = FakeProvider.Answering(429, "{}", headers: $"Retry-After: {header}\r\n");
        var failure = (await Asking.Ask(provider, time: new FakeTime())).Failure!;
        Assert.Equal(TimeSpan.FromSeconds(seconds), failure.RetryAfter);
        Assert.Equal($"The model provider asks us to slow down; try again in {seconds} s.", failure.Message);
    }

    [Theory]
    [InlineData("soon")]
    [InlineData("-5")]
    public async Task Should_ignore_a_time_that_is_none(string header)
    {
        await using var provider = FakeProvider.Answering(429, "{}", headers: $"Retry-After: {header}\r\n");
        Assert.Null((await Asking.Ask(provider)).Failure!.RetryAfter);
    }
}
