using Bus.Fakes.Discord;
using Bus.Ingress.Delivery;
using Bus.Ingress.Discord.Api;
using Bus.Ingress.Discord.Bots;
using Xunit;
using Failure = Bus.Fakes.Discord.Failure;

namespace Bus.Tests.Discord;

public sealed class Calling_Discord : FakeDiscordTest
{
    private readonly PlatformHttp http = DiscordBots.Http(TimeProvider.System);
    private readonly Others others = new();
    private readonly InvalidRequests invalid = new(TimeProvider.System);
    private DiscordApi? api;

    private DiscordApi Api => api ??= new DiscordApi(http, new Uri($"{Discord.Url}/"), Token, invalid, others, TimeProvider.System);

    private string Here => $"{Channel.Id}";

    [Fact]
    public async Task Should_send_change_look_at_and_remove_a_message()
    {
        var sent = await Api.CreateMessage(Here, new OutgoingMessage("@everyone hello", "n1"), null, default);
        var message = Channel[ulong.Parse(sent.Id!, null)];
        Assert.Equal(("@everyone hello", "n1", true), (message.Text, message.Nonce, message.Pings.IsNobody));
        await Api.EditMessage(Here, sent.Id!, new OutgoingMessage("two"), default);
        Assert.Equal("two", (await Api.GetMessage(Here, sent.Id!, default)).Content);
        Assert.Equal(sent.Id, (await Api.GetMessages(Here, null, null, default))[0].Id);
        await Api.DeleteMessage(Here, sent.Id!, default);
        Assert.True(Channel[message.Id].IsDeleted);
    }

    [Fact]
    public async Task Should_be_given_the_message_that_is_there_for_a_nonce_that_comes_again()
    {
        var first = await Api.CreateMessage(Here, new OutgoingMessage("one", "same"), null, default);
        var second = await Api.CreateMessage(Here, new OutgoingMessage("two", "same"), null, default);
        Assert.Equal((first.Id, "one"), (second.Id, second.Content));
        Assert.Single(Channel.Answers);
    }

    [Fact]
    public async Task Should_send_a_file()
    {
        var sent = await Api.CreateMessage(Here, new OutgoingMessage("here"), new OutgoingFile("a.md", "text"u8.ToArray(), "text/markdown"), default);
        var file = Assert.Single(Channel[ulong.Parse(sent.Id!, null)].Attachments).File;
        Assert.Equal(("a.md", "text"), (file.Name, System.Text.Encoding.UTF8.GetString(file.Content.Span)));
    }

    [Fact]
    public async Task Should_say_what_went_wrong_and_whether_it_may_be_done()
    {
        await Fails(Failure.Status(400, 50006, "Cannot send an empty message"), PlatformProblem.Refused, mayBeDone: false);
        await Fails(Failure.Status(404, 10008, "Unknown Message"), PlatformProblem.Refused, mayBeDone: false);
        await Fails(Failure.Status(404, 10003, "Unknown Channel"), PlatformProblem.Forbidden, mayBeDone: false);
        await Fails(Failure.Status(403, 50013, "Missing Permissions"), PlatformProblem.Forbidden, mayBeDone: false);
        await Fails(Failure.Status(401, 0, "401: Unauthorized"), PlatformProblem.WrongToken, mayBeDone: false);
        await Fails(Failure.Status(429, 30046, "Maximum number of edits to messages older than 1 hour reached."), PlatformProblem.Refused, mayBeDone: false);
        await Fails(Failure.ServerError, PlatformProblem.Unknown, mayBeDone: true);
        await Fails(Failure.ServerErrorAfter, PlatformProblem.Unknown, mayBeDone: true);
        await Fails(Failure.CutBefore, PlatformProblem.Unknown, mayBeDone: true);
        await Fails(Failure.CutAfter, PlatformProblem.Unknown, mayBeDone: true);
        await Fails(Failure.Answer(403, "text/html", "<html>blocked</html>"), PlatformProblem.Unknown, mayBeDone: true);
        await Fails(Failure.Answer(200, "text/plain", "what?"), PlatformProblem.Unknown, mayBeDone: true);
    }

    [Fact]
    public async Task Should_not_take_an_old_interaction_for_a_wrong_token()
    {
        var failure = await Assert.ThrowsAsync<DiscordException>(() => Api.EditOriginal($"{Bot.Id}", "nonsense", new OutgoingMessage("x"), default));
        Assert.Equal(PlatformProblem.Refused, failure.Problem);
        Discord.Fail("PATCH /webhooks/*/*/messages/@original", Failure.Status(401, 50027, "Invalid Webhook Token"));
        failure = await Assert.ThrowsAsync<DiscordException>(() => Api.EditOriginal($"{Bot.Id}", "nonsense", new OutgoingMessage("x"), default));
        Assert.Equal((PlatformProblem.Refused, 50027), (failure.Problem, failure.Code));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Should_take_the_wait_that_Discord_asks_for_and_not_call_before(bool html)
    {
        Discord.Fail("POST /channels/*/messages", Failure.TooMany(33, html: html));
        var failure = await Assert.ThrowsAsync<DiscordException>(() => Say("x"));
        Assert.InRange(failure.RetryAfter!.Value.TotalSeconds, 32.5, 33.5);
        Assert.False(failure.IsNotMade);
        var calls = Discord.Calls.Count;

        var early = await Assert.ThrowsAsync<DiscordException>(() => Say("y"));
        Assert.True(early.IsNotMade);
        Assert.InRange(early.RetryAfter!.Value.TotalSeconds, 30, 33.5);
        Assert.Equal(calls, Discord.Calls.Count);
        await Api.TriggerTyping(Here, default); // another kind of call
    }

    [Fact]
    public async Task Should_call_nothing_when_all_calls_were_too_many()
    {
        Discord.Fail("POST /channels/*/messages", Failure.TooMany(33, LimitScope.Global));
        await Assert.ThrowsAsync<DiscordException>(() => Say("x"));
        var other = await Assert.ThrowsAsync<DiscordException>(() => Api.TriggerTyping(Here, default));
        Assert.Equal((true, true), (other.IsNotMade, other.IsGlobal));
        Assert.InRange(others.Waits.TotalSeconds, 32.5, 33.5);
    }

    [Fact]
    public async Task Should_call_nothing_when_another_process_was_told_so_but_acknowledge_commands()
    {
        others.Waits = TimeSpan.FromSeconds(33);
        var early = await Assert.ThrowsAsync<DiscordException>(() => Say("x"));
        Assert.Equal((true, true, others.Waits), (early.IsNotMade, early.IsGlobal, early.RetryAfter));
        Assert.Empty(Discord.Calls);
        await Assert.ThrowsAsync<DiscordException>(() => Api.AnswerInteraction("1", "nonsense", new InteractionAnswer(AnswerTypes.Later), default));
        Assert.Single(Discord.Calls);
    }

    [Fact]
    public async Task Should_stay_within_what_the_answers_say()
    {
        Discord.LimitsRate = true;
        var (made, early) = (0, 0);
        for (var number = 0; number < 12; number++)
        {
            try
            {
                await Say($"{number}");
                made++;
            }
            catch (DiscordException failure) when (failure.IsNotMade)
            {
                early++;
            }
        }

        Assert.Equal((5, 7), (made, early));
        Assert.DoesNotContain(Discord.Calls, call => call.Status == 429);
    }

    [Fact]
    public async Task Should_call_nothing_any_more_before_Discord_shuts_it_out()
    {
        for (var number = 0; number < Bus.Contracts.Limits.MostRefusedCalls - 1; number++)
            invalid.Add();
        await Say("still");
        invalid.Add();
        var failure = await Assert.ThrowsAsync<DiscordException>(() => Say("no more"));
        Assert.Equal((true, true), (failure.IsNotMade, failure.RetryAfter > TimeSpan.FromMinutes(9)));
    }

    [Fact]
    public async Task Should_fetch_files_only_from_where_Discord_keeps_them()
    {
        await Assert.ThrowsAsync<DiscordException>(() => Api.Download(new Uri("http://169.254.169.254/latest/meta-data"), 1000, default));
        await Assert.ThrowsAsync<DiscordException>(() => Api.Download(new Uri("http://cdn.discordapp.com/x"), 1000, default));
        Channel.Say(Ann, "file", null, FakeFile.Text("a.txt", "some text"));
        var address = new Uri((await Api.GetMessages(Here, null, null, default))[0].Attachments![0].Url!);
        Assert.Equal("some text", System.Text.Encoding.UTF8.GetString((await Api.Download(address, 1000, default)).Span));
        await Assert.ThrowsAsync<DiscordException>(() => Api.Download(address, 3, default));
    }

    private Task<DiscordMessage> Say(string text) => Api.CreateMessage(Here, new OutgoingMessage(text), null, default);

    private async Task Fails(Failure failure, PlatformProblem problem, bool mayBeDone)
    {
        Discord.Fail("POST /channels/*/messages", failure);
        api = null; // with nothing left of its limit it would not call
        var thrown = await Assert.ThrowsAsync<DiscordException>(() => Say("x"));
        Assert.Equal((problem, mayBeDone), (thrown.Problem, thrown.MayBeDone));
        Assert.DoesNotContain(Token, thrown.ToString(), StringComparison.Ordinal);
    }

    /// <summary>What other processes of the bot would know.</summary>
    private sealed class Others : IGlobalLimit
    {
        public TimeSpan Waits { get; set; }

        public Task<TimeSpan> Wait(CancellationToken cancellation) => Task.FromResult(Waits);

        public Task Keep(TimeSpan wanted, CancellationToken cancellation)
        {
            Waits = wanted;
            return Task.CompletedTask;
        }
    }
}
