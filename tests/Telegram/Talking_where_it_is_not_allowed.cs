using Bus.Contracts;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Telegram;

public sealed class Talking_where_it_is_not_allowed(SharedTelegram shared)
{
    [Fact]
    public async Task Should_cause_one_event_and_no_call_of_a_model()
    {
        var group = shared.Telegram.Supergroup("Closed", bots: [shared.Bot]);
        await shared.Set(group, "block_chats", $"{group.Id}");
        var ann = SharedTelegram.Somebody();
        group.Say(ann, "just talking");
        group.Say(ann, "@bus_bot secret words");
        group.Say(ann, "/help@bus_bot");

        var reasons = await Eventually.Get(() => Denials(group.Id), found => found.Length == 2);
        Assert.All(reasons, reason => Assert.Equal(DenialReasons.ChatBlocked, reason));
        Assert.Empty(group.Answers);
        Assert.Empty(await shared.System.ReadAll(TelegramLog.Conversation(shared.Bot, group)));
        Assert.Equal(0, await shared.System.Scalar<long>("select count(*) from mt_events where data::text like '%secret words%'"));
    }

    [Fact]
    public async Task Should_be_allowed_again_when_the_setting_is_taken_away()
    {
        var chat = shared.PrivateChat();
        await shared.Set(chat, "private_chats", "off");
        chat.Say("hello");
        await Eventually.Get(() => Denials(chat.Id), found => found is [DenialReasons.PrivateChat]);
        await shared.Set(chat, "private_chats", "-");
        chat.Say("hello?");
        await chat.Until(now => now.Answers.Count == 1);
        Assert.Contains("hello?", chat.Answers[0].Text, StringComparison.Ordinal);
    }

    private async Task<string[]> Denials(long chat) => await shared.System.Scalar<string[]>(
        "select coalesce(array_agg(data ->> 'Reason' order by seq_id), '{}') from mt_events where type = 'message_denied' and data -> 'Origin' ->> 'Place' = $1", $"{chat}");
}
