using Bus.Contracts;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Turns;

public sealed class Three_turns(SharedSystem shared)
{
    [Fact]
    public async Task Should_be_answered_with_the_earlier_ones_in_mind()
    {
        var session = await shared.Http.CreateSession();
        foreach (var (message, shown) in new[] { ("first", 2), ("second", 4), ("third", 6) })
        {
            using var response = await shared.Http.ChatStream(session, message);
            var answer = await response.StreamedText();
            Assert.Contains($"You said: {message}", answer, StringComparison.Ordinal);
            Assert.Contains($"I was shown {shown} messages", answer, StringComparison.Ordinal);
        }

        var history = await shared.Http.History(session);
        Assert.Equal(["user: first", "user: second", "user: third"], history.Where(line => line.StartsWith("user", StringComparison.Ordinal)));
        Assert.Equal(6, history.Count);
    }

    [Fact]
    public async Task Should_be_in_the_log_step_by_step()
    {
        var session = await shared.Http.CreateSession();
        using var response = await shared.Http.ChatStream(session, "hello");
        await response.StreamedText();

        var events = await Eventually.Get(() => shared.System.Log.Read(session), log => log[^1].Data is ReplyDelivered);

        Assert.Equal(
            ["session_started", "message_received", "turn_started", "context_built", "reply_generated", "reply_delivered"],
            events.Select(e => e.Name));
        Assert.Equal([1L, 2, 3, 4, 5, 6], events.Select(e => e.Version));
    }
}
