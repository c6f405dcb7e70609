using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Turns;

public sealed class A_process_killed_between_two_turns
{
    [Fact]
    public async Task Should_be_missed_by_nobody()
    {
        await using var provider = await GatedProvider.Start(call => call.Answer(string.Join(", ", call.Said)));
        await using var system = await TestSystem.Create(provider.Settings);
        var process = await system.AddProcess();
        var session = await process.Http.CreateSession();

        foreach (var (message, answer) in new[] { ("red", "red"), ("green", "red, green"), ("blue", "red, green, blue") })
        {
            await using var stream = await OpenAnswer.To(process.Http, session, message);
            Assert.Equal(answer, await stream.Rest());
            await process.Kill();
            process = await system.AddProcess();
        }

        var events = await system.After(session, turns: 3);
        events.ShouldBeSound();
        Assert.Equal(
            ["user: red", "assistant: red", "user: green", "assistant: red, green", "user: blue", "assistant: red, green, blue"],
            await process.Http.History(session));
        Assert.Equal(3, provider.Calls.Count);
    }
}
