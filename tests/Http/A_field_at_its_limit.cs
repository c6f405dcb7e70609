using System.Text.Json;
using Bus.Contracts;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Http;

/// <summary>The most that may be is taken, and one more is not.</summary>
public sealed class A_field_at_its_limit(SharedSystem shared)
{
    private const string Handle = "/v1/chat/handle";

    [Theory]
    [InlineData("user_id")]
    [InlineData("chat_id")]
    public async Task Should_be_taken_as_an_id(string field)
    {
        Assert.Equal(200, (await Post(Handle, field, Text(Limits.LongestId))).Status);
        Refusal.Check(await Post(Handle, field, Text(Limits.LongestId + 1)), 400, field);
    }

    [Theory]
    [InlineData('x', 1)]
    [InlineData('ж', 2)]
    public async Task Should_be_taken_as_a_text(char letter, int bytes)
    {
        Assert.Equal(200, (await Post(Handle, "text", Text(Limits.LargestText / bytes, letter))).Status);
        Refusal.Check(await Post(Handle, "text", Text((Limits.LargestText / bytes) + 1, letter)), 400, "text");
    }

    [Theory]
    [InlineData("temperature", Limits.HighestTemperature)]
    [InlineData("max_tokens", Limits.MostTokens)]
    public async Task Should_be_taken_as_a_number(string field, int most)
    {
        Assert.Equal(200, (await Post("/chat", field, $"{most}")).Status);
        Refusal.Check(await Post("/chat", field, $"{most + 1}"), 400, field);
    }

    [Fact]
    public async Task Should_be_taken_as_deep_as_may_be()
    {
        Assert.Equal(200, (await Post(Handle, "other", Nested(Limits.DeepestRequest - 1))).Status);
        var refused = await Post(Handle, "other", Nested(Limits.DeepestRequest));
        Refusal.Check(refused, 400, null);
        Assert.Contains($"more than {Limits.DeepestRequest} levels deep", refused.Body, StringComparison.Ordinal);
    }

    private async Task<RawAnswer> Post(string path, string field, string value) => await shared.Http.Raw(
        HttpMethod.Post, path, Field.Body(path, field, value, path == Handle ? Guid.Empty : await shared.Http.CreateSession()));

    private static string Text(int length, char letter = 'x') => JsonSerializer.Serialize(new string(letter, length));

    private static string Nested(int depth) => new string('[', depth) + new string(']', depth);
}
