using Bus.Contracts;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Turns;

/// <summary>A process that the broker takes for dead goes on with its model call while another makes the same attempt.</summary>
public sealed class An_attempt_made_by_two_processes
{
    [Fact]
    public async Task Should_give_one_answer_and_tell_what_both_calls_took()
    {
        await using var provider = await GatedProvider.Start();
        await using var system = await TestSystem.Create(provider.Settings);
        await using var network = new TcpRelay(system.Rabbit);
        await system.AddProcess("llm", new Dictionary<string, string?> { ["BUS_RABBITMQ"] = network.Address.ToString() });
        var ingress = await system.AddProcess("ingress,saga,memory");
        var answer = ingress.Http.Handle("both", "Who is it?");
        var first = await provider.Call("Who is it?");
        await system.AddProcess("llm");

        await network.Cut();
        var second = await provider.Call("Who is it?");
        await second.Answer("The other.");
        Assert.Equal("The other.", await answer);
        network.Open();
        await first.Answer("The one.");

        var session = await system.Scalar<Guid>("select id from mt_streams");
        var events = await Eventually.Get(() => system.Events(session), log => log.All<ReplyDiscarded>().Count > 0);
        Assert.Equal("The other.", Assert.Single(events.All<ReplyGenerated>()).Text);
        Assert.Equal((DiscardReasons.Repeated, "The one."), events.All<ReplyDiscarded>().Select(d => (d.Reason, d.Text)).Single());
        Assert.Empty(await system.QueuesOfFailure());
    }
}
