using Bus.Events;
using Bus.Messaging.Access;
using Bus.Tests.Discord;
using Bus.Tests.Support;
using Bus.Tests.Telegram;
using Xunit;

namespace Bus.Tests.Accounts;

public sealed class Linking_somebody_on_a_platform(SharedTelegram telegram, SharedDiscord discord)
{
    private HttpClient Http => telegram.Http;

    [Fact]
    public async Task Should_be_done_by_a_code_that_is_good_once_and_undone_again()
    {
        var (account, chat) = (await Account(AccountRoles.User), telegram.PrivateChat());
        chat.Say("/link");
        await chat.Shows("Get a code where you have your account, and write: /link CODE");
        chat.Say("/link WRONGCODE9");
        await chat.Shows("I do not know that code. It is good once, and for ten minutes.");
        var code = await Code(account);

        var group = telegram.Telegram.Supergroup("Others", bots: [telegram.Bot]);
        group.Say(SharedTelegram.Somebody("Eve"), $"/link@bus_bot {code}");
        await group.Shows("Write that to me privately: here others could read the code and be faster.");
        chat.Say($"/link {code.ToLowerInvariant()}");
        await chat.Shows($"Done. Here you are {account.Name} now.");
        var again = telegram.PrivateChat();
        again.Say($"/link {code}");
        await again.Shows("I do not know that code. It is good once, and for ten minutes.");

        var link = Assert.Single((await Http.Call("GET", "/api/auth/links", token: account.Token)).Json.GetProperty("links").EnumerateArray());
        Assert.Equal(("telegram", $"{chat.Id}", "Ann"), (link.GetProperty("platform").GetString(), link.GetProperty("participant").GetString(), link.GetProperty("name").GetString()));
        chat.Say("/unlink");
        await chat.Shows("Done. You have no account here any more.");
        chat.Say("/unlink");
        await chat.Shows("You have no account here.");
        Assert.Empty((await Http.Call("GET", "/api/auth/links", token: account.Token)).Json.GetProperty("links").EnumerateArray());
        Assert.Equal(
            ["participant.linked", "participant.unlinked"],
            await telegram.System.Scalar<string[]>($"select array_agg(data ->> 'Action' order by version) from mt_events where type = 'audited' and data ->> 'Subject' = '{account.Owner}'"));
    }

    [Fact]
    public async Task Should_be_refused_with_an_old_code_and_after_too_many()
    {
        var (account, chat) = (await Account(AccountRoles.User), telegram.PrivateChat());
        var first = await Code(account);
        var second = await Code(account); // the first is good no longer
        chat.Say($"/link {first}");
        await chat.Until(now => now.Answers.Count(answer => answer.Text.StartsWith("I do not know", StringComparison.Ordinal)) == 1);
        await telegram.System.Scalar<object>($"update account_link_codes set expires_at = now() - interval '1 second' where user_id = '{account.Id}'");
        chat.Say($"/link {second}");
        await chat.Until(now => now.Answers.Count(answer => answer.Text.StartsWith("I do not know", StringComparison.Ordinal)) == 2);
        for (var i = 0; i < 9; i++)
            chat.Say($"/link GUESS{i}");
        await chat.Until(now => now.Answers.Any(answer => answer.Text == "Too many codes. Try again in ten minutes."));
        var code = await Code(account);
        chat.Say($"/link {code}");
        await chat.Until(now => now.Answers.Count(answer => answer.Text == "Too many codes. Try again in ten minutes.") == 2);
    }

    [Fact]
    public async Task Should_bring_the_role_and_take_it_away_again()
    {
        var (account, person) = (await Account(AccountRoles.Admin), SharedTelegram.Somebody());
        var chat = telegram.Bot.PrivateChat(person);
        await Link(account, "telegram", person.Id);
        chat.Say("/settings language ru");
        await chat.Until(now => now.Answers.Any(answer => answer.Text.Contains("language = ru", StringComparison.Ordinal)));
        chat.Say("/settings language -");
        await chat.Until(now => now.Answers.Count == 2);

        await telegram.System.Scalar<object>($"update account_users set role = 'operator' where id = '{account.Id}'");
        chat.Say("/settings language ru");
        await chat.Shows("Only administrators may do that.");
    }

    [Fact]
    public async Task Should_shut_somebody_out_with_their_account()
    {
        var (account, person) = (await Account(AccountRoles.Admin), SharedTelegram.Somebody());
        var chat = telegram.Bot.PrivateChat(person);
        await Link(account, "telegram", person.Id);
        await (await telegram.Host.Admin()).Call("PUT", $"/api/users/{account.Id}/disablement");

        var said = chat.Say("let me in");

        await Eventually.Get(
            () => telegram.System.Scalar<long>($"select count(*) from mt_events where type = 'message_denied' and data ->> 'Author' = '{person.Id}' and data ->> 'Reason' = 'account_disabled'"), count => count == 1);
        Assert.Empty(chat.Answers);
    }

    [Fact]
    public async Task Should_bring_the_limits_which_hold_for_all_that_the_account_sends()
    {
        var (account, person) = (await Account(AccountRoles.User), SharedTelegram.Somebody());
        var chat = telegram.Bot.PrivateChat(person);
        await Link(account, "telegram", person.Id);
        await (await telegram.Host.Admin()).Call("PUT", $"/api/users/{account.Id}/limits", new { messages_per_day = 2 });
        Assert.Equal(200, (await Http.Call("POST", "/v1/chat/handle", new { user_id = "u", chat_id = "c", text = "over HTTP" }, account.Token)).Status);

        chat.Say("one");
        await chat.Shows("[demo] You said: one\n\nI was shown 2 messages.");
        chat.Say("two");
        await chat.Shows("You have sent as many messages as your account may. Try again later.");
        Assert.Equal(429, (await Http.Call("POST", "/v1/chat/handle", new { user_id = "u", chat_id = "c", text = "over HTTP" }, account.Token)).Status);
        chat.Say("/ping"); // commands are not counted
        await chat.Shows("Pong! I am here.");
    }

    [Fact]
    public async Task Should_show_private_chats_to_their_owner_and_groups_to_nobody_in_particular()
    {
        var (account, other, person) = (await Account(AccountRoles.User), await Account(AccountRoles.User), SharedTelegram.Somebody());
        var (chat, group) = (telegram.Bot.PrivateChat(person), telegram.Telegram.Supergroup("All", bots: [telegram.Bot]));
        await Link(account, "telegram", person.Id);
        chat.Say("between us");
        await chat.Shows("[demo] You said: between us\n\nI was shown 2 messages.");
        group.Say(person, "@bus_bot for all");
        await group.Until(now => now.Answers.Count == 1);
        var (own, common) = (await Session(telegram.System, TelegramLog.Conversation(telegram.Bot, chat)), await Session(telegram.System, TelegramLog.Conversation(telegram.Bot, group)));

        await IsOf(Http, own, common, account, other);
    }

    [Fact]
    public async Task Should_show_private_chats_on_Discord_as_well()
    {
        var (account, other) = (await TestAccount.Create(discord.System.Database, AccountRoles.User), await TestAccount.Create(discord.System.Database, AccountRoles.User));
        var chat = discord.PrivateChannel();
        var code = (await discord.Http.Call("POST", "/api/auth/links", token: account.Token)).Text("code");
        var linking = chat.Use(chat.Recipient!, "link", ("code", code));
        await discord.Discord.Until(_ => linking.Response is { Text: { } text } && text.StartsWith("Done. Here you are", StringComparison.Ordinal));
        chat.Say("between us");
        await chat.Until(now => now.Answers.Any(answer => answer.Text.Contains("between us", StringComparison.Ordinal)));
        var channel = await discord.Channel();
        channel.Say(chat.Recipient!, $"{discord.Bot.Mention} for all");
        await channel.Until(now => now.Answers.Count == 1);
        var (own, common) = (await Session(discord.System, SharedDiscord.Conversation(discord.Bot, chat)), await Session(discord.System, SharedDiscord.Conversation(discord.Bot, channel)));

        await IsOf(discord.Http, own, common, account, other);
    }

    private static async Task IsOf(HttpClient http, Guid own, Guid common, TestAccount account, TestAccount other)
    {
        Assert.Equal(200, (await http.Call("GET", $"/conversations/{own}/history", token: account.Token)).Status);
        Assert.Equal(404, (await http.Call("GET", $"/conversations/{common}/history", token: account.Token)).Status);
        Assert.Equal(404, (await http.Call("GET", $"/conversations/{own}/history", token: other.Token)).Status);
        Assert.Equal(404, (await http.Call("GET", $"/conversations/{own}/history")).Status);
        var listed = await Eventually.Get(() => http.Call("GET", "/conversations", token: account.Token), answer => answer.Json.ToString().Contains($"{own}", StringComparison.Ordinal));
        Assert.DoesNotContain($"{common}", listed.Json.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain($"{own}", (await http.Call("GET", "/conversations", token: other.Token)).Json.ToString(), StringComparison.Ordinal);
    }

    private static Task<Guid> Session(TestSystem system, Guid conversation) =>
        system.Scalar<Guid>("select stream_id from mt_events where type = 'session_started' and data ->> 'ConversationId' = $1", $"{conversation}");

    private Task<TestAccount> Account(string role) => TestAccount.Create(telegram.System.Database, role);

    private async Task<string> Code(TestAccount account) => (await Http.Call("POST", "/api/auth/links", token: account.Token)).Text("code");

    private Task<int> Link(TestAccount account, string platform, long participant) => telegram.System.Database.Run(
        "insert into account_links (platform, participant, user_id, name, linked_at) values ($1, $2, $3, '', now())", CancellationToken.None, platform, $"{participant}", account.Id);
}
