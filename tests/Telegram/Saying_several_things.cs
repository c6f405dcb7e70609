using Bus.Contracts;
using Bus.Fakes.Telegram;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Telegram;

public sealed class Saying_several_things(SharedTelegram shared)
{
    [Fact]
    public async Task Should_be_one_turn_when_somebody_says_it_within_moments()
    {
        var group = shared.Telegram.Supergroup("Burst", bots: [shared.Bot]);
        var ann = SharedTelegram.Somebody();
        var said = new[] { "@bus_bot tell", "@bus_bot me", "@bus_bot about", "@bus_bot cats", "@bus_bot please" };
        foreach (var text in said)
            group.Say(ann, text);

        var answer = await group.Until(now => now.Answers.FirstOrDefault(message => message.Text.Contains("I was shown", StringComparison.Ordinal)));
        Assert.EndsWith("I was shown 6 messages.", answer.Text, StringComparison.Ordinal);
        var events = await Delivered(TelegramLog.Conversation(shared.Bot, group), 1);
        Assert.Equal(said, events.All<MessageReceived>().Select(message => message.Text));
        var turn = Assert.Single(events.All<TurnStarted>());
        Assert.Equal([turn.TurnId, turn.TurnId, turn.TurnId, turn.TurnId, null], events.All<MessageReceived>().Select(message => message.AnsweredIn));
        Assert.Single(group.Answers);
    }

    [Fact]
    public async Task Should_be_one_message_when_it_is_an_album()
    {
        var chat = shared.PrivateChat();
        chat.SendAlbum(chat.User!, [new byte[] { 1 }, new byte[] { 2 }, new byte[] { 3 }, new byte[] { 4 }], "look at these");

        await chat.Until(now => now.Answers.Any(answer => answer.Text.Contains("look at these", StringComparison.Ordinal)));
        var events = await Delivered(TelegramLog.Conversation(shared.Bot, chat), 1);
        var message = Assert.Single(events.All<MessageReceived>());
        Assert.Equal(("look at these", 4), (message.Text, message.Attachments!.Count));
        Assert.Equal(4, message.Attachments.Select(photo => photo.FileId).Distinct().Count());
        Assert.All(message.Attachments, photo => Assert.Equal(AttachmentKinds.Photo, photo.Kind));
    }

    [Fact]
    public async Task Should_be_answered_one_by_one_and_in_order_by_default()
    {
        var chat = shared.PrivateChat();
        foreach (var number in Enumerable.Range(1, 4))
            chat.Say($"number {number}");
        await chat.Until(now => now.Answers.Count == 4);
        var events = await Delivered(TelegramLog.Conversation(shared.Bot, chat), 4);
        events.ShouldBeSound();
        Assert.Equal(Enumerable.Range(1, 4).Select(number => $"number {number}"), events.All<MessageReceived>().Select(message => message.Text));
    }

    [Fact]
    public async Task Should_be_answered_together_when_it_comes_while_the_bot_is_busy_and_is_to_be_merged()
    {
        var chat = shared.PrivateChat();
        await shared.Set(chat, "when_busy", "merge");
        chat.Say("demo:hang-after=2");
        await chat.Until(now => now.Drafts.Count == 1);
        chat.Say("one");
        chat.Say("two");
        await Waiting(chat, 2);
        chat.Say("/stop");

        await chat.Until(now => now.Answers.Any(answer => answer.Text.Contains("You said: two", StringComparison.Ordinal)));
        var events = await Delivered(TelegramLog.Conversation(shared.Bot, chat), 2);
        Assert.Equal(2, events.All<TurnStarted>().Count);
        Assert.Equal(["one"], events.All<MessageReceived>().Where(message => message.AnsweredIn is not null).Select(message => message.Text));
    }

    [Fact]
    public async Task Should_stop_the_answer_that_is_being_made_when_it_is_to_interrupt()
    {
        var chat = shared.PrivateChat();
        await shared.Set(chat, "when_busy", "interrupt");
        chat.Say("demo:hang-after=2");
        await chat.Until(now => now.Drafts.Count == 1);
        chat.Say("something else");

        await chat.Until(now => now.Answers.Any(answer => answer.Text.Contains("You said: something else", StringComparison.Ordinal)));
        Assert.EndsWith("(stopped)", chat.Answers[0].Text, StringComparison.Ordinal);
        var events = await Delivered(TelegramLog.Conversation(shared.Bot, chat), 2);
        Assert.Equal([FinishReasons.Cancelled, FinishReasons.Stop], events.All<ReplyGenerated>().Select(reply => reply.FinishReason));
    }

    [Fact]
    public async Task Should_not_stop_the_answer_to_somebody_else()
    {
        var group = shared.Telegram.Supergroup("Two", bots: [shared.Bot]);
        await shared.Set(group, "when_busy", "interrupt");
        await shared.Set(group, "gather_seconds_in_groups", "0");
        var (ann, ben) = (SharedTelegram.Somebody(), SharedTelegram.Somebody("Ben"));
        group.Say(ann, "@bus_bot demo:slow=1 mine");
        await shared.System.State(TelegramLog.Conversation(shared.Bot, group), "Generating");
        group.Say(ben, "@bus_bot mine, too");
        var events = await Delivered(TelegramLog.Conversation(shared.Bot, group), 2);
        Assert.Equal([FinishReasons.Stop, FinishReasons.Stop], events.All<ReplyGenerated>().Select(reply => reply.FinishReason));
    }

    private Task<long> Waiting(FakeChat chat, long count) => Eventually.Get(
        () => shared.System.Scalar<long>(
            "select coalesce(json_array_length(body -> 'Waiting'), 0)::bigint from conversation_state where id = $1", TelegramLog.Conversation(shared.Bot, chat)),
        waiting => waiting == count);

    private Task<IReadOnlyList<Events.StoredEvent>> Delivered(Guid conversation, int turns) =>
        shared.System.Events(conversation, log => log.All<ReplyDelivered>().Count == turns);
}
