using System.Text.Json.Nodes;
using Bus.Contracts;
using Bus.Fakes.Telegram;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Telegram;

public sealed class Giving_commands(SharedTelegram shared)
{
    private static readonly string[] Names = ["start", "new", "reset", "stop", "retry", "usage", "settings", "link", "unlink", "health", "ping", "help"];

    [Fact]
    public async Task Should_be_offered_in_the_menu_in_three_languages()
    {
        await shared.Telegram.Until(telegram => shared.Bot.Commands.Count == 3);
        foreach (var (key, menu) in shared.Bot.Commands)
        {
            Assert.Equal(Names, menu.Select(command => (string?)command!["command"]));
            Assert.All(menu, command => Assert.Equal(Texts.For(key.Language)[$"command_{command!["command"]}"], (string?)command["description"]));
        }
    }

    [Fact]
    public void Should_be_said_in_every_language()
    {
        foreach (var language in Texts.Languages)
        {
            Assert.Equal(Texts.Names("en"), Texts.Names(language));
            Assert.All(Texts.Names(language), name => Assert.NotEmpty(new Texts(language)[name]));
            Assert.All(typeof(FailureKinds).GetFields(), kind => Assert.NotNull(new Texts(language).Find($"model_{kind.GetRawConstantValue()}")));
        }
    }

    [Theory]
    [InlineData("/start", "Hello! Ask me anything. /help shows what I can do.")]
    [InlineData("/new", "Done. We begin afresh.")]
    [InlineData("/reset@bus_bot", "Done. We begin afresh.")]
    public async Task Should_begin_afresh(string command, string told)
    {
        var chat = shared.PrivateChat();
        chat.Say("one");
        await chat.Shows("[demo] You said: one\n\nI was shown 2 messages.");
        await shared.System.Resting(TelegramLog.Conversation(shared.Bot, chat));
        chat.Say(command);
        await chat.Shows(told);
        chat.Say("two");
        await chat.Shows("[demo] You said: two\n\nI was shown 2 messages.");
        var events = await shared.System.Events(TelegramLog.Conversation(shared.Bot, chat), log => log.All<ReplyDelivered>().Count == 2);
        Assert.Equal(2, events.All<SessionStarted>().Count);
        Assert.Single(events.All<SessionClosed>());
    }

    [Fact]
    public async Task Should_begin_afresh_where_nothing_was_said()
    {
        var chat = shared.PrivateChat();
        chat.Say("/start");
        await chat.Until(now => now.Answers.Count == 1);
        Assert.Empty(await shared.System.ReadAll(TelegramLog.Conversation(shared.Bot, chat)));
    }

    [Fact]
    public async Task Should_stop_an_answer_within_a_second_and_keep_what_there_is()
    {
        var chat = shared.PrivateChat();
        chat.Say("demo:hang-after=3 please");
        await chat.Until(now => now.Drafts.Count == 1);
        chat.Say("/stop");

        var answer = await chat.Until(now => now.Answers.Count > 0 ? now.Answers[0] : null);
        Assert.Equal("[demo] You said: \n\n(stopped)".Replace(": \n", ":\n", StringComparison.Ordinal), answer.Text.Replace(": \n", ":\n", StringComparison.Ordinal));
        var events = await shared.System.Events(TelegramLog.Conversation(shared.Bot, chat), log => log.All<ReplyDelivered>().Count == 1);
        var reply = Assert.Single(events.All<ReplyGenerated>());
        Assert.Equal((FinishReasons.Cancelled, true), (reply.FinishReason, reply.Usage.OutputTokens > 0));
    }

    [Fact]
    public async Task Should_stop_an_answer_by_its_button_when_whoever_asked_presses_it()
    {
        var group = shared.Telegram.Supergroup("Button", bots: [shared.Bot]);
        var (ann, ben) = (SharedTelegram.Somebody(), SharedTelegram.Somebody("Ben"));
        group.Say(ann, "@bus_bot demo:hang-after=3 please");
        var answer = await group.Until(now => now.Answers.FirstOrDefault(message => message.Buttons.Any()));
        var button = Assert.Single(answer.Buttons);

        group.Press(ben, answer.Id, button);
        await shared.Telegram.Until(telegram => telegram.Calls.Any(call => call.Method == "answerCallbackQuery" && (string?)call.Arguments["text"] == "Only who asked can stop this."));
        group.Press(ann, answer.Id, button);

        await group.Until(now => now[answer.Id].Text.EndsWith("(stopped)", StringComparison.Ordinal) && !now[answer.Id].Buttons.Any());
        Assert.Single(group.Answers);
    }

    [Fact]
    public async Task Should_not_stop_the_answer_of_others_by_a_button_that_was_copied()
    {
        var group = shared.Telegram.Supergroup("Copied", bots: [shared.Bot]);
        var (ann, ben) = (SharedTelegram.Somebody(), SharedTelegram.Somebody("Ben"));
        group.Say(ann, "@bus_bot demo:hang-after=3 please");
        var answer = await group.Until(now => now.Answers.FirstOrDefault(message => message.Buttons.Any()));
        var chat = shared.Bot.PrivateChat(ben);
        chat.Say("hello");
        var own = await chat.Until(now => now.Answers.Count > 0 ? now.Answers[0] : null);
        shared.Bot.Push(new JsonObject
        {
            ["callback_query"] = new JsonObject
            {
                ["id"] = $"copied-{ben.Id}",
                ["chat_instance"] = "1",
                ["data"] = answer.Buttons.Single(),
                ["from"] = new JsonObject { ["id"] = ben.Id, ["is_bot"] = false, ["first_name"] = "Ben" },
                ["message"] = new JsonObject
                {
                    ["message_id"] = own.Id,
                    ["date"] = 1,
                    ["chat"] = new JsonObject { ["id"] = chat.Id, ["type"] = "private" },
                },
            },
        });

        await shared.Telegram.Until(telegram => telegram.Calls.Any(
            call => call.Method == "answerCallbackQuery" && (string?)call.Arguments["callback_query_id"] == $"copied-{ben.Id}" && (string?)call.Arguments["text"] == "Only who asked can stop this."));
        Assert.NotEmpty(group[answer.Id].Buttons);
        group.Say(ann, "/stop@bus_bot");
        await group.Until(now => now[answer.Id].Text.EndsWith("(stopped)", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Should_say_so_when_there_is_nothing_to_stop_or_to_answer_again()
    {
        var chat = shared.PrivateChat();
        chat.Say("/stop");
        await chat.Shows("Nothing is being written at the moment.");
        chat.Say("/retry");
        await chat.Shows("There is nothing to answer again, or an answer is being written.");
        chat.Say("hello");
        await chat.Until(now => now.Answers.Count == 3);
        chat.Say("/stop");
        await chat.Until(now => now.Answers.Count(answer => answer.Text == "Nothing is being written at the moment.") == 2);
    }

    [Fact]
    public async Task Should_answer_the_last_question_again_without_the_answer_before()
    {
        var chat = shared.PrivateChat();
        chat.Say("hello");
        await chat.Shows("[demo] You said: hello\n\nI was shown 2 messages.");
        await shared.System.Resting(TelegramLog.Conversation(shared.Bot, chat));
        chat.Say("/retry");
        await chat.Until(now => now.Answers.Count(answer => answer.Text == "[demo] You said: hello\n\nI was shown 2 messages.") == 2);
        chat.Say("and now?");
        await chat.Shows("[demo] You said: and now?\n\nI was shown 4 messages.");
        var events = await shared.System.Events(TelegramLog.Conversation(shared.Bot, chat), log => log.All<ReplyDelivered>().Count == 3);
        var retried = Assert.Single(events.All<TurnRetried>());
        Assert.Equal(events.All<TurnStarted>()[0].TurnId, retried.RetriedTurnId);
    }

    [Fact]
    public async Task Should_answer_again_what_people_have_just_seen()
    {
        var chat = shared.PrivateChat();
        await Delivering(chat);
        chat.Say("/retry");
        await Retrying(chat);
        chat.Say("/retry");

        await chat.Until(now => now.Answers.Count == 3);
        Assert.Equal(2, chat.Answers.Count(answer => answer.Text == "[demo] You said: hello\n\nI was shown 2 messages."));
        Assert.Single(chat.Answers, answer => answer.Text == "There is nothing to answer again, or an answer is being written.");
    }

    [Fact]
    public async Task Should_not_answer_again_what_is_reset_meanwhile()
    {
        var chat = shared.PrivateChat();
        await Delivering(chat);
        chat.Say("/retry");
        await Retrying(chat);
        chat.Say("/reset");

        await chat.Until(now => now.Answers.Count == 3);
        Assert.Equal(
            ["Done. We begin afresh.", "There is nothing to answer again, or an answer is being written.", "[demo] You said: hello\n\nI was shown 2 messages."],
            chat.Answers.Select(answer => answer.Text).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Should_tell_what_the_conversation_has_taken()
    {
        var chat = shared.PrivateChat();
        chat.Say("demo:fail");
        chat.Say("hello");
        await chat.Until(now => now.Answers.Count == 2);
        await Eventually.Get(
            () => shared.System.Scalar<long>("select count(*) from llm_usage where conversation_id = $1", TelegramLog.Conversation(shared.Bot, chat)), count => count == 2);
        var (read, written) = (await Sum("input_tokens"), await Sum("output_tokens"));
        chat.Say("/usage");
        await chat.Shows($"This conversation so far: answers 1, tokens read {read}, tokens written {written}. Cost: 0.00 USD.");

        Task<long> Sum(string column) => shared.System.Scalar<long>(
            $"select sum({column}) from llm_usage where conversation_id = $1", TelegramLog.Conversation(shared.Bot, chat));
    }

    [Theory]
    [InlineData("ru", "Я отвечаю на сообщения.", "/stop – Остановить ответ")]
    [InlineData("zh-hans", "我会回答这里的消息", "/stop – 停止正在生成的回答")]
    [InlineData("fr", "I answer messages here.", "/stop – Stop the answer")]
    public async Task Should_speak_the_language_of_whoever_asks(string language, string help, string line)
    {
        var chat = shared.PrivateChat(language: language);
        chat.Say("/help");
        var answer = await chat.Until(now => now.Answers.Count > 0 ? now.Answers[0] : null);
        Assert.StartsWith(help, answer.Text, StringComparison.Ordinal);
        Assert.Contains(line, answer.Text, StringComparison.Ordinal);
        Assert.All(Names, name => Assert.Contains($"/{name} ", answer.Text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Should_not_be_known_by_another_name_nor_be_those_of_another_bot()
    {
        var chat = shared.PrivateChat();
        chat.Say("/dance");
        await chat.Shows("I do not know this command. /help shows those I know.");
        var group = shared.Telegram.Supergroup("Bots", bots: [shared.Bot]);
        group.Say(SharedTelegram.Somebody(), "/help@other_bot");
        group.Say(SharedTelegram.Somebody(), "/dance");
        group.Say(SharedTelegram.Somebody(), "/help");
        await group.Until(now => now.Answers.Count == 1);
        Assert.StartsWith("I answer messages here.", group.Answers[0].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Should_be_left_to_administrators_where_that_is_set()
    {
        var group = shared.Telegram.Supergroup("Rights", bots: [shared.Bot]);
        await shared.Set(group, "admin_commands", "reset,usage");
        var ann = SharedTelegram.Somebody();
        foreach (var command in Names)
        {
            var before = group.Answers.Count;
            group.Say(ann, $"/{command}@bus_bot");
            await group.Until(now => now.Answers.Count == before + 1);
            Assert.Equal(command is "reset" or "usage", group.Answers[^1].Text == "Only administrators may do that.");
        }

        group.Say(new FakeUser(SharedTelegram.Admin, "Root", LanguageCode: "en"), "/reset@bus_bot");
        await group.Shows("Done. We begin afresh.");
        Assert.Equal(2, await shared.System.Scalar<long>(
            "select count(*) from mt_events where type = 'message_denied' and data -> 'Origin' ->> 'Place' = $1 and data ->> 'Reason' = 'command_not_allowed'", $"{group.Id}"));
    }

    /// <summary>Its answer is made, and Telegram does not take it for some seconds.</summary>
    private Task Delivering(FakeChat chat)
    {
        shared.Telegram.Fail("sendMessage", chat.Id, Failure.TooMany(5));
        chat.Say("hello");
        return shared.System.State(TelegramLog.Conversation(shared.Bot, chat), "Delivering");
    }

    private Task<bool> Retrying(FakeChat chat) => Eventually.Get(
        () => shared.System.Scalar<bool>("select body ->> 'Retry' is not null from conversation_state where id = $1", TelegramLog.Conversation(shared.Bot, chat)),
        waits => waits);
}
