using System.Text;
using Bus.Contracts;
using Bus.Tests.Support;
using RabbitMQ.Client;
using Xunit;

namespace Bus.Tests.Errors;

public sealed class A_message_that_is_redriven
{
    private const string Poison = "words that the database refuses";

    private const string Refusal = $"""
        create function refuse() returns trigger language plpgsql as $$ begin raise exception 'not such words'; end $$;
        create trigger refuse before insert on mt_events for each row when (new.data ->> 'Text' = '{Poison}') execute function refuse()
        """;

    /// <summary>Its turn has never begun, so there is no deadline that would tell.</summary>
    [Fact]
    public async Task Should_have_told_its_sender_that_it_was_parked()
    {
        await using var system = await TestSystem.Create(new Dictionary<string, string?> { ["RETRY_DELAYS_SECONDS"] = "1" });
        var host = await system.AddProcess();
        await system.Scalar<object>(Refusal);

        var told = await host.Http.Handle("poison", Poison);
        Assert.Matches(@"^Sorry, that did not work\. The message could not be handled; .* \(trace code [0-9a-f]{32}\)$", told);

        await system.Scalar<object>("drop trigger refuse on mt_events");
        var parked = Assert.Single(await (await host.Admin()).Parked());
        Assert.Equal(1, await (await host.Admin()).Redrive(parked.Id));
        var session = await Eventually.Get(() => system.Scalar<Guid>("select id from mt_streams where type = 'session'"), id => id != Guid.Empty);
        var events = await system.After(session, turns: 1);
        events.ShouldBeSound();
        Assert.Contains(Poison, Assert.Single(events.All<ReplyGenerated>()).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Should_give_one_answer_however_often_it_is_redriven()
    {
        await using var system = await TestSystem.Create(new Dictionary<string, string?> { ["RETRY_DELAYS_SECONDS"] = "1,1" });
        var host = await system.AddProcess();
        await system.Scalar<object>(Refusal);
        var message = Publishing.Message("poison", Poison);
        var session = Ids.Session(message.ConversationId, message.MessageId);
        await system.Say(message);

        // It is there, and says why, but not what was said.
        var id = message.MessageId.ToString();
        var parked = Assert.Single(await (await host.Admin()).Parked());
        Assert.Equal((id, "conversation_error", "MessageReceived", (long?)3), (parked.Id, parked.Queue, parked.Type, parked.Tries));
        Assert.Contains("not such words", parked.Reason, StringComparison.Ordinal);
        var shown = Assert.Single(await (await host.Admin()).Error(id));
        Assert.Equal(("conversation", null), (shown.BackTo, shown.Body));
        Assert.Contains("MT-Fault-StackTrace", shown.Headers.Keys);
        var body = Assert.Single(await (await host.Admin()).Error(id, withBody: true)).Body!;
        Assert.Contains(Poison, body, StringComparison.Ordinal);
        Assert.Empty(await system.Events(session));

        await system.Scalar<object>("drop trigger refuse on mt_events");
        Assert.Equal(1, await (await host.Admin()).Redrive(id));
        var events = await system.After(session, turns: 1);
        events.ShouldBeSound();
        Assert.Contains(Poison, Assert.Single(events.All<ReplyGenerated>()).Text, StringComparison.Ordinal);
        Assert.Empty((await (await host.Admin()).Errors()).Errors);

        // Somebody copies it back, under its own id, and it is redriven again.
        await system.Put("conversation_error", Encoding.UTF8.GetBytes(body), new BasicProperties { MessageId = id, ContentType = shown.ContentType });
        var (code, output, errors) = await HostProcess.Command(system.Environment, "errors", "redrive", id);
        Assert.Equal((0, "1 sent back to be handled\n", ""), (code, output, errors));
        await system.Say(message with { MessageId = Publishing.NewId(), Text = "something else" });
        events = await system.After(session, turns: 2);
        events.ShouldBeSound();
        Assert.Equal([Poison, "something else"], events.All<MessageReceived>().Select(m => m.Text));
        Assert.Equal(2, events.All<ReplyGenerated>().Count);
        Assert.Empty((await (await host.Admin()).Errors()).Errors);
    }
}
