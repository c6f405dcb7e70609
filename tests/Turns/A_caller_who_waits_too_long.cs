using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Bus.Contracts;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Turns;

public sealed class A_caller_who_waits_too_long
{
    [Fact]
    public async Task Should_be_told_so_and_find_the_answer_in_the_history()
    {
        await using var provider = await GatedProvider.Start();
        await using var system = await TestSystem.Create(new Dictionary<string, string?>(provider.Settings) { ["TURN_TIMEOUT_SECONDS"] = "40" });
        var host = await system.AddProcess();
        var session = await host.Http.CreateSession();
        await using var first = await OpenAnswer.To(host.Http, session, "hang in front");
        await provider.Call("hang in front");

        using var late = await host.Http.Chat(session, "behind it");
        var problem = await late.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.GatewayTimeout, late.StatusCode);
        Assert.Contains($"(trace code {problem.GetProperty("trace_id").GetString()})", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        await (await provider.Call("behind it")).Answer("late, but here");

        var events = await system.After(session, turns: 2);
        events.ShouldBeSound();
        Assert.Equal(problem.GetProperty("trace_id").GetString(), events.All<TurnStarted>()[1].TraceId);
        Assert.Equal("assistant: late, but here", (await host.Http.History(session))[^1]);
    }
}
