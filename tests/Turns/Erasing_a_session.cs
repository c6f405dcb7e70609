using System.Net;
using Bus.Contracts;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Turns;

public sealed class Erasing_a_session(GatedSystem shared)
{
    [Fact]
    public async Task Should_leave_nothing_of_what_was_said()
    {
        var (system, host, provider) = await shared.Get();
        var session = await host.Http.CreateSession();
        await using (var stream = await OpenAnswer.To(host.Http, session, "my word is quincunx"))
        {
            await (await provider.Call("my word is quincunx")).Answer("quincunx, then");
            await stream.Rest();
        }

        await system.After(session, turns: 1);
        Assert.NotEmpty(await Tables_with(system, "quincunx"));

        await host.Http.Erase(session);

        await Should_be_gone(system, host, session, "quincunx");
    }

    [Fact]
    public async Task Should_end_the_turn_in_progress_and_leave_nothing_of_it()
    {
        var (system, host, provider) = await shared.Get();
        var session = await host.Http.CreateSession();
        await using var stream = await OpenAnswer.To(host.Http, session, "my word is zugzwang");
        var call = await provider.Call("my word is zugzwang");
        await using var waiting = await OpenAnswer.To(host.Http, session, "zugzwang waits");
        await call.Say("zugzwang ");
        Assert.Equal("zugzwang ", await stream.Piece());
        var conversation = await system.ConversationOf(session);
        await Eventually.Get(() => system.Scalar<int>("select json_array_length((body -> 'Waiting')::json) from conversation_state where id = $1", conversation), n => n == 1);

        await host.Http.Erase(session);

        Assert.EndsWith("Stopped.", await stream.Rest(), StringComparison.Ordinal);
        Assert.Equal("Stopped.", await waiting.Rest());
        await call.Gone;
        Assert.Equal(0, provider.Count("zugzwang waits"));
        await system.Resting(conversation);
        await Should_be_gone(system, host, session, "zugzwang");
        Assert.Empty(await system.QueuesOfFailure());
    }

    [Fact]
    public async Task Should_let_the_conversation_go_on()
    {
        var (system, host, provider) = await shared.Get();
        var asked = host.Http.Handle("erased chat", "to be erased");
        await (await provider.Call("to be erased")).Answer("gone soon");
        await asked;
        var session = Ids.Session(new Origin(Platforms.Api, "chat", "erased chat").ConversationId(), await system.MessageId("to be erased"));

        await host.Http.Erase(session);

        var again = host.Http.Handle("erased chat", "after the erasing");
        var call = await provider.Call("after the erasing");
        Assert.Equal(["after the erasing"], call.Said);
        await call.Answer("anew");
        Assert.Equal("anew", await again);
    }

    private static async Task Should_be_gone(TestSystem system, HostProcess host, Guid session, string word)
    {
        using var history = await host.Http.GetAsync($"/conversations/{session}/history");
        Assert.Equal(HttpStatusCode.NotFound, history.StatusCode);
        Assert.DoesNotContain(session.ToString(), await host.Http.GetStringAsync("/conversations"), StringComparison.Ordinal);
        await Eventually.Get(() => Tables_with(system, word), tables => tables.Count == 0);
        Assert.Equal(["session_erased"], (await system.Events(session)).Names());
    }

    private static async Task<IReadOnlyList<string>> Tables_with(TestSystem system, string word)
    {
        var found = new List<string>();
        foreach (var (table, text) in new[] { ("mt_events", "data::text"), ("conversation_state", "body::text"), ("bus_outbox", "convert_from(body, 'UTF8')") })
        {
            if (await system.Scalar<bool>($"select exists (select 1 from {table} where {text} like '%' || $1 || '%')", word))
                found.Add(table);
        }

        return found;
    }
}
