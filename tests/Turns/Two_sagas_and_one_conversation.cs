using Bus.Contracts;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Turns;

public sealed class Two_sagas_and_one_conversation
{
    private const int Count = 20;

    /// <summary>Not in the order in which they came: docs/decisions/0006.</summary>
    [Fact]
    public async Task Should_answer_each_message_exactly_once()
    {
        await using var provider = await GatedProvider.Start(call => call.Answer($"answer to {call.Asked}"));
        await using var system = await TestSystem.Create(provider.Settings);
        await Task.WhenAll(system.AddProcess("saga"), system.AddProcess("saga"));
        var ingress = await system.AddProcess("ingress,memory,llm");
        var session = await ingress.Http.CreateSession();
        string[] messages = [.. Enumerable.Range(0, Count).Select(n => $"to both {n}")];

        var answers = await Task.WhenAll(messages.Select(message => Ask(ingress, session, message)));

        Assert.All(messages.Zip(answers), asked => Assert.Contains($"\"assistant_reply\":\"answer to {asked.First}\"", asked.Second, StringComparison.Ordinal));
        var events = await system.After(session, Count);
        events.ShouldBeSound();
        Assert.Equal(messages.Order(), events.All<MessageReceived>().Select(m => m.Text).Order());
        Assert.Equal(Count, events.All<ReplyDelivered>().Count);
        Assert.All(messages, message => Assert.Equal(1, provider.Count(message)));
        Assert.Empty(await system.QueuesOfFailure());
    }

    private static async Task<string> Ask(HostProcess ingress, Guid session, string message)
    {
        using var answer = await ingress.Http.Chat(session, message);
        return await answer.Content.ReadAsStringAsync();
    }
}
