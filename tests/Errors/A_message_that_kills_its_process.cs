using Bus.Contracts;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Errors;

public sealed class A_message_that_kills_its_process
{
    private const string Killer = "a question that kills";

    /// <summary>As often as all that were in hand beside it are taken back, too.</summary>
    private const int Together = 3;

    private const int Alone = 2;

    private static readonly string[] Innocent = [.. Enumerable.Range(1, 12).Select(number => $"innocent question {number}")];

    [Fact]
    public async Task Should_be_parked_while_all_that_were_in_hand_beside_it_are_answered()
    {
        var life = 1;
        await using var provider = await GatedProvider.Start(call => call.Asked == Killer || life <= Together ? Task.CompletedTask : call.Answer("Alive."));
        await using var system = await TestSystem.Create(provider.Settings);
        var rest = await system.AddProcess("ingress,saga,memory", new Dictionary<string, string?> { ["TURN_TIMEOUT_SECONDS"] = "600" });
        var messages = Innocent.Append(Killer).Select(text => Publishing.Message(text, text)).ToList();
        var process = await system.AddProcess("llm");
        foreach (var message in messages)
            await system.Say(message);

        for (; life <= Together + Alone; life++)
        {
            await Eventually.Get(() => Task.FromResult(provider.Count(Killer)), count => count == life);
            if (life <= Together)
                await Eventually.Get(() => Task.FromResult(Innocent.Count(text => provider.Count(text) == life)), count => count == Innocent.Length);
            await process.Kill();
            process = await system.AddProcess("llm");
        }

        foreach (var message in messages.Where(m => m.Text != Killer))
            (await system.After(Ids.Session(message.ConversationId, message.MessageId), turns: 1)).ShouldBeSound();

        var parked = Assert.Single(await (await rest.Admin()).Parked());
        Assert.Equal(("generate-reply_error", "GenerateReply", (long?)(Together + Alone + 1)), (parked.Queue, parked.Type, parked.Tries));
        Assert.Contains("the last 2 times it was the only message in hand when its process died", parked.Reason, StringComparison.Ordinal);
        Assert.Equal(Together + Alone, provider.Count(Killer));
        Assert.Equal(0, await system.Scalar<long>("select count(*) from bus_suspects"));
        Assert.All(Innocent, text => Assert.InRange(provider.Count(text), Together + 1, Together + Alone + 1));
    }
}
