using System.Text.Json;
using Xunit;

namespace Bus.Tests.Llm;

public class What_a_provider_says_about_an_error
{
    private const string Question = "My secret diary says that I was at the lake.";

    [Theory]
    [InlineData("Unsupported content part type: {\"role\":\"user\",\"content\":\"hi\"}", " Unsupported content part type.")]
    [InlineData("Bad message \"" + Question + "\"", "")]
    [InlineData("cannot parse 'MY SECRET DIARY says'", "")]
    [InlineData("Incorrect key " + Asking.Key + " given", " Incorrect key … given.")]
    [InlineData("Incorrect key sk-proj-****************abcd given", " Incorrect key … given.")]
    [InlineData("Bearer abcdefg is wrong", " … is wrong.")]
    [InlineData("Token eyJhbGciOiJIUzI1NiJ9eyJzdWIiOiIxMjM0 expired", " Token … expired.")]
    [InlineData("fetch failed\n    at Server.handle (/app/src/server.js:10:5)", " fetch failed.")]
    [InlineData("fetch failed at Server.handle (/app/src/server.js:10:5)", " fetch failed.")]
    [InlineData("Failed <b>badly</b>", " Failed.")]
    [InlineData("tools[0].function is missing, as in messages[12]", " tools[0].function is missing, as in messages[12].")]
    [InlineData("Wrong: [\"hello\"]", " Wrong.")]
    [InlineData("bell\u0007 and \u001b[31mred\u202e", " bell and.")]
    [InlineData("   ", "")]
    public async Task Should_be_passed_on_only_as_far_as_it_is_harmless(string said, string shown)
    {
        var failure = await Fail(said);
        Assert.Equal("The model provider refused the request (400)" + (shown.Length == 0 ? "." : ":" + shown), failure);
    }

    [Fact]
    public async Task Should_be_short()
    {
        var failure = await Fail(string.Join(' ', Enumerable.Repeat("blah", 1000)));
        Assert.InRange(failure.Length, 200, 260);
        Assert.EndsWith("…", failure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Should_be_left_unread_when_it_has_no_end()
    {
        Assert.Equal("The model provider refused the request (400).", await Fail(new string('x', 1_000_000)));
    }

    [Fact]
    public async Task Should_not_hold_our_key_whatever_it_looks_like()
    {
        Assert.Equal("The model provider refused the request (400): The key … is wrong.", await Fail("The key CodeGeex is wrong", "codegeex"));
    }

    private static async Task<string> Fail(string said, string key = Asking.Key)
    {
        await using var provider = FakeProvider.Answering(400, JsonSerializer.Serialize(new { error = new { message = said } }));
        using var client = Asking.ClientOf(provider, key);
        return (await Asking.Ask(client, Question)).Failure!.Message;
    }
}
