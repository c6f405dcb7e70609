using Bus.Contracts;
using Bus.Tests.Support;
using RabbitMQ.Client;
using Xunit;

namespace Bus.Tests.Turns;

/// <summary>The command to ask the model is sent twice, and the second comes while the first is at the model.</summary>
public sealed class An_attempt_made_twice
{
    [Fact]
    public async Task Should_give_one_answer_and_tell_what_both_calls_took()
    {
        await using var provider = await GatedProvider.Start();
        var (system, host) = await TestSystem.Start(provider.Settings);
        await using var _ = system;
        await using var broker = await new ConnectionFactory { Uri = system.Rabbit }.CreateConnectionAsync(TestContext.Current.CancellationToken);
        await using var channel = await broker.CreateChannelAsync(cancellationToken: TestContext.Current.CancellationToken);
        var copies = (await channel.QueueDeclareAsync(cancellationToken: TestContext.Current.CancellationToken)).QueueName;
        await channel.QueueBindAsync(copies, "Bus.Contracts:GenerateReply", "", cancellationToken: TestContext.Current.CancellationToken);
        var answer = host.Http.Handle("twice", "Who is it?");
        var first = await provider.Call("Who is it?");

        var copy = (await Eventually.Get(() => channel.BasicGetAsync(copies, autoAck: true), found => found is not null))!;
        await channel.BasicPublishAsync("", "generate-reply", mandatory: true, new BasicProperties(copy.BasicProperties), copy.Body);
        var second = await provider.Call("Who is it?");
        await first.Answer("The one.");
        Assert.Equal("The one.", await answer);
        await second.Answer("The other.");

        var session = await system.Scalar<Guid>("select id from mt_streams");
        var events = await Eventually.Get(() => system.Events(session), log => log.All<ReplyDiscarded>().Count > 0);
        Assert.Equal("The one.", Assert.Single(events.All<ReplyGenerated>()).Text);
        Assert.Equal((DiscardReasons.Repeated, "The other."), events.All<ReplyDiscarded>().Select(discarded => (discarded.Reason, discarded.Text)).Single());
        Assert.Empty(await system.QueuesOfFailure());
    }
}
