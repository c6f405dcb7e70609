using Bus.Contracts;
using Bus.Tests.Support;
using MassTransit;
using Xunit;

namespace Bus.Tests.Turns;

public sealed class A_question_that_comes_again
{
    /// <summary>The sweeper has sent it once more, and its answer is committed: the model is not asked, nor paid, again.</summary>
    [Fact]
    public async Task Should_not_be_put_to_the_model_when_it_is_answered()
    {
        await using var provider = await GatedProvider.Start(call => call.Answer("Once."));
        var (system, host) = await TestSystem.Start(new Dictionary<string, string?>(provider.Settings) { ["LOG_LEVEL"] = "debug" });
        await using var disposed = system;
        var message = Publishing.Message("again", "how often?");
        await system.Say(message);
        var session = Ids.Session(message.ConversationId, message.MessageId);
        var context = Assert.Single((await system.After(session, turns: 1)).All<ContextBuilt>());
        var (id, now) = (Publishing.NewId(), TimeProvider.System.GetUtcNow());
        var question = new GenerateReply(
            message.ConversationId, session, context.TurnId, Publishing.NewId(), context.Prompt, null, null, now.AddMinutes(1));
        var bus = await system.Bus();

        await bus.Publish(question, publish => publish.MessageId = id, TestContext.Current.CancellationToken);
        await Eventually.Get(() => system.Scalar<long>("select count(*) from bus_inbox where message_id = $1", id), count => count == 1);
        await bus.Publish(
            question,
            publish =>
            {
                publish.MessageId = id;
                publish.Headers.Set("bus-sent-again", "true");
            },
            TestContext.Current.CancellationToken);
        await Eventually.Get(
            () => Task.FromResult(host.Output), output => output.Contains($"Message {id} was consumed before", StringComparison.Ordinal));

        Assert.Equal(2, provider.Count("how often?"));
        Assert.Empty(await system.QueuesOfFailure());
    }
}
