using System.Text.Json;
using Bus.Contracts;
using Bus.Messaging.Access;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Gateway;

/// <summary>What a turn takes is told by its reply and by the ledger; it counts there.</summary>
public sealed class Counting_a_turn_once(GatedSystem gated)
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Should_hold_for_replies_and_for_failures(bool isAnswered)
    {
        var (system, host, provider) = await gated.Get();
        using var user = (await TestAccount.Create(system.Database, AccountRoles.User)).Client(host);
        var session = await user.CreateSession();
        var asking = user.Chat(session, $"How often is it counted? {isAnswered}");
        var call = await provider.Call($"How often is it counted? {isAnswered}");
        if (isAnswered)
            await call.Answer("Once.");
        else
            await call.Refuse(400);
        using var answer = await asking;

        var told = (await system.Log.Read(session)).Select(e => e.Data).Single(e => e is ReplyGenerated or ReplyFailed);
        Assert.True(told is ReplyGenerated { IsInLedger: true } or ReplyFailed { IsInLedger: true });
        var totals = (await Eventually.Get(
            () => user.Call("GET", "/api/v1/llm/usage"), usage => usage.Json.GetProperty("totals").GetProperty("requests").GetInt32() > 0)).Json.GetProperty("totals");
        Assert.Equal(
            isAnswered ? (1, 0, GatedCall.InputTokens, GatedCall.OutputTokens) : (1, 1, 0, 0),
            (Number(totals, "requests"), Number(totals, "failed"), Number(totals, "input_tokens"), Number(totals, "output_tokens")));
    }

    private static int Number(JsonElement totals, string name) => totals.GetProperty(name).GetInt32();
}
