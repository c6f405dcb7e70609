using Bus.Contracts;
using Bus.Tests.Support;
using Bus.Tests.Telegram;
using MassTransit;
using Xunit;

namespace Bus.Tests.Turns;

public sealed class Messages_that_are_only_heard(SharedSystem shared)
{
    [Fact]
    public async Task Should_be_kept_and_have_no_turn_and_no_trace()
    {
        var origin = NewPlace();
        await Say(origin, "heard", new Handling(IsListenOnly: true));
        await Say(origin, "asked", new Handling());
        var events = await shared.System.Events(origin.ConversationId(), log => log.All<ReplyDelivered>().Count == 1);
        Assert.Equal(2, events.All<MessageReceived>().Count);
        var traces = await Eventually.Get(
            () => shared.System.Scalar<long>("select count(*) from task_traces where session_id = $1", events[0].StreamId), count => count > 0);
        Assert.Equal(1, traces);
    }

    [Fact]
    public async Task Should_be_gathered_without_a_turn_when_they_are_an_album_that_nobody_is_asked_about()
    {
        var origin = NewPlace();
        foreach (var part in (string[])["1", "2"])
            await Say(origin, part == "1" ? "look" : "", new Handling(IsListenOnly: true), new PlatformMessage(part, Album: "a"), [new Attachment("photo", part, part)]);
        var events = await shared.System.Events(origin.ConversationId(), log => log.All<MessageReceived>().Count == 1);
        Assert.Equal(("look", 2), (events.All<MessageReceived>()[0].Text, events.All<MessageReceived>()[0].Attachments!.Count));
        Assert.Empty(events.All<TurnStarted>());
    }

    private static Origin NewPlace() => new(Platforms.Api, "chat", $"{Guid.CreateVersion7(TimeProvider.System.GetUtcNow())}");

    private async Task Say(Origin origin, string text, Handling handling, PlatformMessage? sent = null, IReadOnlyList<Attachment>? attachments = null)
    {
        var now = TimeProvider.System.GetUtcNow();
        var message = new MessageReceived(
            origin.ConversationId(), Guid.CreateVersion7(now), origin, "42", text, null, null, now, null, new Speaker("Ann", true), sent, attachments, handling);
        var bus = await shared.System.Bus();
        await bus.Publish(message, publish => publish.MessageId = message.MessageId);
    }
}
