using Bus.Fakes.Telegram;
using Bus.Ingress.Delivery;
using Bus.Ingress.Telegram.Api;
using Bus.Ingress.Telegram.Bots;
using Xunit;

namespace Bus.Tests.Telegram;

public sealed class Calling_the_Bot_API : FakeTelegramTest
{
    private readonly PlatformHttp http = TelegramBots.Http(TimeProvider.System);

    private TelegramApi Api => new(http, Telegram.Url, Token);

    [Fact]
    public async Task Should_know_who_the_bot_is() => Assert.Equal((4242L, "bus_bot"), await Api.GetMe(default) is var me ? (me.Id!.Value, me.Username) : default);

    [Fact]
    public async Task Should_send_change_and_remove_a_message()
    {
        var id = await Api.SendMessage(new SendMessage(Chat.Id, "one bold", [new MessageEntity("bold", 4, 4)], ReplyMarkup: InlineKeyboard.Of("Stop", "stop:1")), default);
        Assert.Equal(["stop:1"], Chat[id].Buttons);
        await Api.EditMessageText(new EditMessageText(Chat.Id, id, "two"), default);
        Assert.Equal(("two", 0), (Chat[id].Text, Chat[id].Buttons.Count()));
        await Api.DeleteMessage(Chat.Id, id, default);
        Assert.True(Chat[id].IsDeleted);
    }

    [Fact]
    public async Task Should_show_typing_and_a_draft()
    {
        await Api.SendTyping(Chat.Id, null, default);
        await Api.SendMessageDraft(new SendMessageDraft(Chat.Id, 7, "so far"), default);
        Assert.Equal("typing", Assert.Single(Chat.Actions).Action);
        Assert.Equal((7L, "so far"), Assert.Single(Chat.Drafts) is var draft ? (draft.Id, draft.Text) : default);
    }

    [Fact]
    public async Task Should_give_updates_once_those_before_them_are_confirmed()
    {
        Chat.Say("one");
        Chat.Say("two");
        var first = await Api.GetUpdates(0, 1, TimeSpan.Zero, default);
        var again = await Api.GetUpdates(first[0].Id, 100, TimeSpan.Zero, default);
        var second = await Api.GetUpdates(first[0].Id + 1, 100, TimeSpan.Zero, default);
        Assert.Equal((1, 2, 1), (first.Count, again.Count, second.Count));
        Assert.Equal(1, Bot.PendingUpdates);
    }

    [Fact]
    public async Task Should_put_commands_into_the_menu_of_each_language()
    {
        await Api.SetMyCommands([new BotCommand("stop", "Стоп")], "ru", default);
        Assert.Equal("stop", (string?)Bot.Commands.Single(menu => menu.Key.Language == "ru").Value[0]!["command"]);
    }

    [Fact]
    public async Task Should_send_files_and_get_them_back()
    {
        var bytes = new byte[] { 1, 2, 3 };
        foreach (var kind in (string[])["document", "photo", "voice"])
        {
            var id = await Api.SendFile(kind, Chat.Id, null, new OutgoingFile("a.bin", bytes, "application/octet-stream"), "caption", null, default);
            Assert.Equal("caption", Chat[id].Text);
            var path = (await Api.GetFile(Chat[id].File!.Id, default)).FilePath!;
            Assert.Equal(bytes, (await Api.Download(path, 10, default)).ToArray());
            var tooLarge = await Assert.ThrowsAsync<TelegramException>(() => Api.Download(path, 2, default));
            Assert.Contains("larger than 2 bytes", tooLarge.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Should_answer_a_button()
    {
        var id = await Api.SendMessage(new SendMessage(Chat.Id, "?", ReplyMarkup: InlineKeyboard.Of("Yes", "yes")), default);
        var query = Chat.Press(Ann, id, "yes");
        await Api.AnswerCallbackQuery(query, "noted", default);
        Assert.Contains(Telegram.Calls, call => call is { Method: "answerCallbackQuery", Status: 200 });
    }

    [Fact]
    public async Task Should_set_and_remove_a_webhook()
    {
        await Api.SetWebhook(new Uri("https://example.org/telegram/1/updates"), "secret_1", default);
        Assert.Equal(PlatformProblem.Conflict, await Problem(() => Api.GetUpdates(0, 1, TimeSpan.Zero, default)));
        await Api.DeleteWebhook(default);
        Assert.Empty(await Api.GetUpdates(0, 1, TimeSpan.Zero, default));
    }

    [Fact]
    public async Task Should_tell_what_is_wrong_and_whether_it_may_be_done()
    {
        await Fails(Failure.TooMany(33), PlatformProblem.TooMany, mayBeDone: false);
        await Fails(Failure.Status(400, "Bad Request: chat not found"), PlatformProblem.Refused, mayBeDone: false);
        await Fails(Failure.Status(403, "Forbidden: bot was blocked by the user"), PlatformProblem.Forbidden, mayBeDone: false);
        await Fails(Failure.Status(409, "Conflict: terminated by other getUpdates request"), PlatformProblem.Conflict, mayBeDone: false);
        await Fails(Failure.Status(401, "Unauthorized"), PlatformProblem.WrongToken, mayBeDone: false);
        await Fails(Failure.Status(404, "Not Found: method not found"), PlatformProblem.NoSuchMethod, mayBeDone: false);
        await Fails(Failure.Status(500, "Internal Server Error"), PlatformProblem.Unknown, mayBeDone: true);
        await Fails(Failure.ServerError, PlatformProblem.Unknown, mayBeDone: true);
        await Fails(Failure.CutBefore, PlatformProblem.Unknown, mayBeDone: true);
        await Fails(Failure.CutAfter, PlatformProblem.Unknown, mayBeDone: true);
        await Fails(Failure.Answer(200, "text/plain", "what?"), PlatformProblem.Unknown, mayBeDone: true);
        await Fails(Failure.LooseAnswer(Looseness.BareError), PlatformProblem.Unknown, mayBeDone: true);
    }

    [Fact]
    public async Task Should_know_that_nothing_was_done_where_nobody_listens()
    {
        var api = new TelegramApi(http, new Uri("http://127.0.0.1:9/"), Token);
        var failure = await Assert.ThrowsAsync<TelegramException>(() => api.GetMe(default));
        Assert.Equal((PlatformProblem.Unreachable, false), (failure.Problem, failure.MayBeDone));
        Assert.DoesNotContain("AAF", failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Should_take_the_wait_that_Telegram_asks_for()
    {
        Telegram.Fail("sendMessage", Failure.TooMany(33));
        var failure = await Assert.ThrowsAsync<TelegramException>(() => Api.SendMessage(new SendMessage(Chat.Id, "x"), default));
        Assert.Equal(TimeSpan.FromSeconds(33), failure.RetryAfter);
    }

    [Fact]
    public async Task Should_bear_explicit_nulls_and_an_edit_without_a_result()
    {
        Telegram.Fail(null, Failure.LooseAnswer(Looseness.Nulls | Looseness.Milliseconds), 2);
        Telegram.Fail("editMessageText", Failure.LooseAnswer(Looseness.Nulls | Looseness.NullResult));
        Chat.Say("hello");
        Assert.Single(await Api.GetUpdates(0, 10, TimeSpan.Zero, default));
        var id = await Api.SendMessage(new SendMessage(Chat.Id, "x"), default);
        await Api.EditMessageText(new EditMessageText(Chat.Id, id, "y"), default);
        Assert.Equal("y", Chat[id].Text);
    }

    private async Task Fails(Failure failure, PlatformProblem problem, bool mayBeDone)
    {
        Telegram.Fail("sendMessage", failure);
        var thrown = await Assert.ThrowsAsync<TelegramException>(() => Api.SendMessage(new SendMessage(Chat.Id, "x"), default));
        Assert.Equal((problem, mayBeDone), (thrown.Problem, thrown.MayBeDone));
        Assert.DoesNotContain("AAF", thrown.ToString(), StringComparison.Ordinal);
    }

    private static async Task<PlatformProblem> Problem(Func<Task> call) => (await Assert.ThrowsAsync<TelegramException>(call)).Problem;
}
