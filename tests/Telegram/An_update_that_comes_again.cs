using System.Text.Json.Nodes;
using Bus.Contracts;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Telegram;

/// <summary>A process that takes over the updates of another is given the last ones again.</summary>
public sealed class An_update_that_comes_again(SharedTelegram shared)
{
    private static readonly TimeSpan UntilItTypes = TimeSpan.FromSeconds(2);

    [Fact]
    public async Task Should_neither_be_answered_again_nor_have_the_bot_type_for_nothing()
    {
        var chat = shared.PrivateChat();
        var said = chat.Say("hello");
        await shared.System.Events(TelegramLog.Conversation(shared.Bot, chat), log => log.All<ReplyDelivered>().Any());

        shared.Bot.Push(new JsonObject
        {
            ["message"] = new JsonObject
            {
                ["message_id"] = said,
                ["date"] = 1,
                ["from"] = new JsonObject { ["id"] = chat.Id, ["is_bot"] = false, ["first_name"] = "Ann", ["language_code"] = "en" },
                ["chat"] = new JsonObject { ["id"] = chat.Id, ["type"] = "private", ["first_name"] = "Ann" },
                ["text"] = "hello",
            },
        });
        var before = chat.Actions.Count;
        await shared.Telegram.Until(_ => shared.Bot.PendingUpdates == 0);
        await Task.Delay(UntilItTypes, TimeProvider.System);

        Assert.Equal(before, chat.Actions.Count);
        Assert.Single(chat.Answers);
    }
}
