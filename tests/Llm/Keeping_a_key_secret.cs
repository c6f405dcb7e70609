using System.Text.Json;
using Bus.Contracts;
using Xunit;

namespace Bus.Tests.Llm;

public class Keeping_a_key_secret
{
    private const string Secret = "My secret diary says that I was at the lake.";

    public static TheoryData<string> Misdeeds => ["400", "401", "429", "500", "stream", "field", "garbage", "whole", "close", "reset"];

    [Theory]
    [MemberData(nameof(Misdeeds))]
    public async Task Should_hold_whatever_the_provider_does(string misdeed)
    {
        using var spans = new FakeSpans();
        await using var provider = new FakeProvider(call => Misbehave(call, misdeed));
        using var client = Asking.ClientOf(provider);
        var attempts = new Attempts();

        var failed = Assert.IsType<ReplyFailed>(await attempts.Generate(client, Secret));
        var failure = (await Asking.Ask(client, Secret)).Failure!;

        string[] all =
        [
            JsonSerializer.Serialize(failed),
            failure.ToString(),
            .. attempts.Log.Lines,
            .. spans.Found.SelectMany(span => span.TagObjects.Select(tag => $"{tag.Key}={tag.Value}").Append($"{span.DisplayName} {span.StatusDescription}")),
        ];
        Assert.Single(spans.Found);
        Assert.Contains(attempts.Log.Lines, line => line.StartsWith("Warning:", StringComparison.Ordinal));
        Assert.All(all, text => Assert.DoesNotContain(Asking.Key, text, StringComparison.OrdinalIgnoreCase));
        Assert.All(all, text => Assert.DoesNotContain("secret diary", text, StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain("   at ", failed.Reason, StringComparison.Ordinal);
    }

    // Everything that the provider was told, it tells again.
    private static async Task Misbehave(FakeCall call, string misdeed)
    {
        var echo = JsonSerializer.Serialize(new { error = new { code = "x", message = $"{call.Head.Replace('\r', ' ').Replace('\n', ' ')} {call.Body} {Secret}" } });
        var key = JsonSerializer.Serialize(new { error = new { message = $"Wrong key: {Asking.Key.ToUpperInvariant()}, you said: {Secret}" } });
        switch (misdeed)
        {
            case "stream":
                await call.Stream($"data: {echo}\n\n");
                break;
            case "field":
                await call.Stream($"error: {key}\n\n");
                break;
            case "garbage":
                await call.Stream($"data: {call.Head.ReplaceLineEndings("\ndata: ")}\n\n");
                break;
            case "whole":
                await call.Answer(200, key, "application/json", "");
                break;
            case "close":
                await call.Close();
                break;
            case "reset":
                await call.Reset();
                break;
            default:
                await call.Answer(int.Parse(misdeed, System.Globalization.CultureInfo.InvariantCulture), key, "application/json", "");
                break;
        }
    }
}
