using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Turns;

public sealed class A_log_of_everything
{
    private const string Word = "xylocarp";

    [Fact]
    public async Task Should_tell_neither_what_was_said_nor_the_key()
    {
        await using var provider = await GatedProvider.Start();
        await using var system = await TestSystem.Create(new Dictionary<string, string?>(provider.Settings) { ["LOG_LEVEL"] = "trace" });
        var first = await system.AddProcess();
        var session = await first.Http.CreateSession();

        // A good turn, one that is refused, one that breaks off, one that is stopped, and what ends a session.
        await using (var good = await OpenAnswer.To(first.Http, session, $"good {Word}"))
        {
            await (await provider.Call($"good {Word}")).Answer($"{Word} it is");
            await good.Rest();
        }

        await using (var refused = await OpenAnswer.To(first.Http, session, $"refused {Word}"))
        {
            await (await provider.Call($"refused {Word}")).Refuse(500);
            Assert.Contains("Sorry", await refused.Rest(), StringComparison.Ordinal);
        }

        await using (var broken = await OpenAnswer.To(first.Http, session, $"broken {Word}"))
        {
            var call = await provider.Call($"broken {Word}");
            await call.Say(Word);
            call.Drop();
            Assert.Contains("Sorry", await broken.Rest(), StringComparison.Ordinal);
        }

        await using (var stopped = await OpenAnswer.To(first.Http, session, $"stopped {Word}"))
        {
            await (await provider.Call($"stopped {Word}")).Say(Word);
            await stopped.Piece();
            await first.Http.CancelTurn(session);
            await stopped.Rest();
        }

        using (await first.Http.PostAsync("/chat", new StringContent($$"""{"message": "{{Word}}", "session_id": {{Word}}"""), TestContext.Current.CancellationToken))
        {
        }

        await using var last = await OpenAnswer.To(first.Http, session, $"killed {Word}");
        await (await provider.Call($"killed {Word}")).Say(Word);
        await last.Piece();
        await first.Kill();
        var second = await system.AddProcess();
        await (await provider.Call($"killed {Word}")).Answer(Word);
        await system.After(session, turns: 5);
        await second.Http.Reset(new { session_id = session });
        await second.Http.Erase(session);
        await second.Terminate();

        foreach (var output in new[] { first.Output, second.Output })
        {
            Assert.Contains("trce:", output, StringComparison.Ordinal);
            Assert.DoesNotContain(Word, output, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain(GatedProvider.Key, output, StringComparison.Ordinal);
        }
    }
}
