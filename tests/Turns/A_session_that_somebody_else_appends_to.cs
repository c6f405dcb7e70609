using Bus.Contracts;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Turns;

/// <summary>As a Marten application may: the saga's own idea of the stream is then out of date.</summary>
public sealed class A_session_that_somebody_else_appends_to
{
    [Fact]
    public async Task Should_go_on_from_there()
    {
        await using var provider = await GatedProvider.Start(call => call.Answer($"answer to {call.Asked}"));
        var (system, host) = await TestSystem.Start(provider.Settings);
        await using var _ = system;
        var session = await host.Http.CreateSession();
        using (var first = await host.Http.Chat(session, "first"))
            first.EnsureSuccessStatusCode();
        await system.Resting(await system.ConversationOf(session));
        var turn = Publishing.NewId();

        await system.Log.Append(session, "session", null, [new TurnFailed(Guid.Empty, session, turn, "a note", "said by somebody else", DateTimeOffset.UnixEpoch)]);
        using (var second = await host.Http.Chat(session, "second"))
            Assert.Contains("answer to second", await second.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        Assert.Equal(
            ["user: first", "assistant: answer to first", "assistant: said by somebody else", "user: second", "assistant: answer to second"],
            await host.Http.History(session));
        var versions = (await system.Log.Read(session)).Select(stored => stored.Version).ToList();
        Assert.Equal(Enumerable.Range(1, versions.Count).Select(number => (long)number), versions);
        Assert.Equal(1, provider.Count("second"));
        Assert.Empty(await system.QueuesOfFailure());
    }
}
