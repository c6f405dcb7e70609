using Bus.Contracts;
using Bus.Tests.Support;
using MassTransit;
using Xunit;

namespace Bus.Tests.Turns;

/// <summary>A process keeps the events that it appended last; nothing tells it when another has erased them.</summary>
public sealed class A_session_erased_behind_a_process
{
    [Fact]
    public async Task Should_be_shown_to_no_model()
    {
        await using var provider = await GatedProvider.Start(call => call.Answer("Noted."));
        var (system, _) = await TestSystem.Start(provider.Settings);
        await using var disposed = system;
        var message = Publishing.Message("erased behind", "to be erased behind");
        await system.Say(message);
        var session = Ids.Session(message.ConversationId, message.MessageId);
        var context = Assert.Single((await system.After(session, turns: 1)).All<ContextBuilt>());
        var question = new GenerateReply(
            message.ConversationId, session, context.TurnId, Publishing.NewId(), context.Prompt, null, null, TimeProvider.System.GetUtcNow().AddMinutes(1));
        var failed = await Failure(system, question.AttemptId);

        Assert.Equal(session, await system.Scalar<Guid>("delete from mt_streams where id = $1 returning id", session));
        await system.Decided(question);

        Assert.Equal(1, provider.Count("to be erased behind"));
        var failure = await failed.WaitAsync(Patience.Limit);
        Assert.Equal("What the model was to see is not in the log any more.", failure.Reason);
        Assert.Equal("", failure.PartialText);
        Assert.Empty(await system.QueuesOfFailure());
    }

    /// <summary>How an attempt fails. The saga does not say, since no turn waits for this one.</summary>
    private static async Task<Task<ReplyFailed>> Failure(TestSystem system, Guid attempt)
    {
        var heard = new TaskCompletionSource<ReplyFailed>(TaskCreationOptions.RunContinuationsAsynchronously);
        var endpoint = (await system.Bus()).ConnectReceiveEndpoint("failures-heard", endpoint => endpoint.Handler<ReplyFailed>(failure =>
        {
            if (failure.Message.AttemptId == attempt)
                heard.TrySetResult(failure.Message);
            return Task.CompletedTask;
        }));
        await endpoint.Ready;
        return heard.Task;
    }
}
