using Bus.Contracts;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Turns;

public sealed class Ten_messages_to_one_conversation(GatedSystem shared)
{
    private const int Count = 10;

    [Fact]
    public async Task Should_be_answered_one_after_the_other_in_the_order_in_which_they_were_accepted()
    {
        var (system, host, provider) = await shared.Get();
        var session = await host.Http.CreateSession();
        string[] messages = [.. Enumerable.Range(0, Count).Select(n => $"in order {n}")];

        var streams = new List<OpenAnswer>();
        foreach (var message in messages)
            streams.Add(await OpenAnswer.To(host.Http, session, message));
        foreach (var message in messages)
        {
            var call = await provider.Call(message);
            Assert.DoesNotContain(provider.Calls, other => other != call && messages.Contains(other.Asked) && !other.Ended.IsCompleted);
            await call.Answer($"answer to {message}");
        }

        foreach (var (message, stream) in messages.Zip(streams))
        {
            Assert.Equal($"answer to {message}", await stream.Rest());
            await stream.DisposeAsync();
        }

        var events = await system.After(session, Count);
        events.ShouldBeSound();
        Assert.Equal(messages, events.All<MessageReceived>().Select(m => m.Text));
        Assert.Equal(events.All<MessageReceived>().Select(m => m.MessageId), events.All<ReplyGenerated>().Select(r => r.TurnId));
    }

    [Fact]
    public async Task Should_each_be_answered_once_when_they_come_at_the_very_same_time()
    {
        var (system, host, provider) = await shared.Get();
        var session = await host.Http.CreateSession();
        string[] messages = [.. Enumerable.Range(0, Count).Select(n => $"at once {n}")];

        var asking = messages.Select(message => OpenAnswer.To(host.Http, session, message)).ToList();
        var answering = messages.Select(async message => await (await provider.Call(message)).Answer($"answer to {message}")).ToList();
        var streams = await Task.WhenAll(asking);
        await Task.WhenAll(answering);

        foreach (var (message, stream) in messages.Zip(streams))
        {
            Assert.Equal($"answer to {message}", await stream.Rest());
            await stream.DisposeAsync();
        }

        var events = await system.After(session, Count);
        events.ShouldBeSound();
        Assert.Equal(messages.Order(), events.All<MessageReceived>().Select(m => m.Text).Order());
        Assert.Equal(events.All<MessageReceived>().Select(m => m.MessageId), events.All<ReplyGenerated>().Select(r => r.TurnId));
        Assert.All(messages, message => Assert.Equal(1, provider.Count(message)));
    }
}
