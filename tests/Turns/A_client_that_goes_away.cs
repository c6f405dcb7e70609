using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Turns;

public sealed class A_client_that_goes_away(GatedSystem shared)
{
    [Fact]
    public async Task Should_find_the_answer_in_the_history_when_it_comes_back()
    {
        var (system, host, provider) = await shared.Get();
        var session = await host.Http.CreateSession();
        var stream = await OpenAnswer.To(host.Http, session, "I must go");
        var call = await provider.Call("I must go");
        await call.Say("Good");
        Assert.Equal("Good", await stream.Piece());

        await stream.DisposeAsync();
        await call.Say("bye");
        await call.End();

        (await system.After(session, turns: 1)).ShouldBeSound();
        Assert.Equal(["user: I must go", "assistant: Goodbye"], await host.Http.History(session));
        Assert.Equal(1, provider.Count("I must go"));
    }

    [Fact]
    public async Task Should_not_be_missed_while_it_waits_for_a_whole_answer()
    {
        var (system, host, provider) = await shared.Get();
        var session = await host.Http.CreateSession();
        using var impatience = new CancellationTokenSource();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/chat")
        {
            Content = System.Net.Http.Json.JsonContent.Create(new { user_id = "u", session_id = session, message = "I cannot wait", stream = false }),
        };
        var asking = host.Http.SendAsync(request, impatience.Token);
        var call = await provider.Call("I cannot wait");

        await impatience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
        await call.Answer("No matter.");

        (await system.After(session, turns: 1)).ShouldBeSound();
        Assert.Equal(["user: I cannot wait", "assistant: No matter."], await host.Http.History(session));
    }
}
