using Bus.Contracts;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Telegram;

public sealed class Being_in_one_of_several_places(SharedTelegram shared)
{
    [Fact]
    public async Task Should_keep_topics_apart_and_answer_in_the_same()
    {
        var forum = shared.Telegram.Supergroup("Forum", isForum: true, bots: [shared.Bot]);
        await shared.Set(forum, "gather_seconds_in_groups", "0");
        var ann = SharedTelegram.Somebody();
        var (cats, dogs) = (forum.AddTopic("Cats"), forum.AddTopic("Dogs"));
        foreach (var (topic, shown) in new[] { (cats, 2), (dogs, 2), (cats, 4) })
        {
            var before = forum.Answers.Count;
            forum.Say(ann, $"@bus_bot demo:slow=0.6 in {topic}", topic: topic);
            await forum.Until(now => now.Answers.Count == before + 1 && now.Answers[^1].Text.EndsWith($"I was shown {shown} messages.", StringComparison.Ordinal));
            Assert.Equal(topic, forum.Answers[^1].Topic);
        }

        Assert.NotEmpty(forum.Actions);
        Assert.All(forum.Actions, action => Assert.Contains(action.Topic!.Value, new[] { cats, dogs }));
        var events = await shared.System.Events(TelegramLog.Conversation(shared.Bot, forum, cats), log => log.All<ReplyDelivered>().Count == 2);
        Assert.Equal($"{cats}", events.All<SessionStarted>()[0].Origin.Thread);
    }

    [Theory]
    [InlineData("chat", 4)]
    [InlineData("user", 2)]
    [InlineData("reply", 2)]
    public async Task Should_be_as_many_conversations_as_is_set(string scope, int shownToTheSecond)
    {
        var group = shared.Telegram.Supergroup($"Scope {scope}", bots: [shared.Bot]);
        await shared.Set(group, "scope", scope);
        await shared.Set(group, "gather_seconds_in_groups", "0");
        var (ann, ben) = (SharedTelegram.Somebody(), SharedTelegram.Somebody("Ben"));
        group.Say(ann, "@bus_bot one");
        var first = await group.Until(now => now.Answers.FirstOrDefault(answer => answer.Text.EndsWith("I was shown 2 messages.", StringComparison.Ordinal)));
        group.Say(ben, "@bus_bot two");
        await group.Until(now => now.Answers.Any(answer => answer.Text.Contains("@bus_bot two", StringComparison.Ordinal) && answer.Text.EndsWith($"I was shown {shownToTheSecond} messages.", StringComparison.Ordinal)));
        group.Say(ann, "three", replyTo: first.Id);
        var shownToTheThird = scope == "chat" ? 6 : 4;
        await group.Until(now => now.Answers.Any(answer => answer.Text.Contains("three", StringComparison.Ordinal) && answer.Text.EndsWith($"I was shown {shownToTheThird} messages.", StringComparison.Ordinal)));
        Assert.Equal(3, group.Answers.Count);
    }

    [Fact]
    public async Task Should_stay_one_conversation_when_a_group_becomes_a_supergroup()
    {
        var group = shared.Telegram.Group("Growing", bots: [shared.Bot]);
        await shared.Set(group, "gather_seconds_in_groups", "0");
        var ann = SharedTelegram.Somebody();
        group.Say(ann, "@bus_bot one");
        await group.Until(now => now.Answers.Any(answer => answer.Text.EndsWith("I was shown 2 messages.", StringComparison.Ordinal)));

        var supergroup = group.Migrate();
        supergroup.Say(ann, "@bus_bot two");

        await supergroup.Until(now => now.Answers.Any(answer => answer.Text.EndsWith("I was shown 4 messages.", StringComparison.Ordinal)));
        var events = await shared.System.Events(TelegramLog.Conversation(shared.Bot, group), log => log.All<ReplyDelivered>().Count == 2);
        Assert.Single(events.All<SessionStarted>());
    }

    [Fact]
    public async Task Should_listen_only_where_that_is_not_switched_off()
    {
        var group = shared.Telegram.Supergroup("Deaf", bots: [shared.Bot]);
        await shared.Set(group, "listen", "off");
        var ann = SharedTelegram.Somebody();
        group.Say(ann, "just talking");
        group.Say(ann, "@bus_bot hello");
        await group.Until(now => now.Answers.Any(answer => answer.Text.EndsWith("I was shown 2 messages.", StringComparison.Ordinal)));
        Assert.Equal(0, await shared.System.Scalar<long>("select count(*) from mt_events where data ->> 'Text' = 'just talking' and data -> 'Origin' ->> 'Place' = $1", $"{group.Id}"));
    }

    [Fact]
    public async Task Should_be_answered_by_the_bot_that_was_asked()
    {
        await using var telegram = await Bus.Fakes.Telegram.FakeTelegram.Start();
        var (one, two) = (telegram.AddBot("1:one", "one_bot"), telegram.AddBot("2:two", "two_bot"));
        var (system, host) = await TestSystem.Start(SharedTelegram.Settings(telegram, "1:one, 2:two"));
        await using var both = system;
        var ann = SharedTelegram.Somebody();
        one.PrivateChat(ann).Say("to one");
        two.PrivateChat(ann).Say("to two");
        await one.PrivateChat(ann).Shows("[demo] You said: to one\n\nI was shown 2 messages.");
        await two.PrivateChat(ann).Shows("[demo] You said: to two\n\nI was shown 2 messages.");
        Assert.DoesNotContain(":one", host.Output, StringComparison.Ordinal);
    }
}
