using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Bus.Contracts;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Turns;

public sealed class A_process_that_comes_back_after_the_deadline
{
    [Fact]
    public async Task Should_end_the_turn_it_died_in()
    {
        await using var provider = await GatedProvider.Start();
        await using var system = await TestSystem.Create(new Dictionary<string, string?>(provider.Settings) { ["TURN_TIMEOUT_SECONDS"] = "20" });
        var process = await system.AddProcess();
        var session = await process.Http.CreateSession();
        await using var stream = await OpenAnswer.To(process.Http, session, "die with me");
        await provider.Call("die with me");
        var conversation = await system.ConversationOf(session);
        await process.Kill();
        await Eventually.Get(
            () => system.Scalar<bool>("select deadline < now() from conversation_state where id = $1", conversation), past => past);

        process = await system.AddProcess();

        var events = await system.After(session, turns: 1);
        events.ShouldBeSound();
        Assert.Single(events.All<TurnFailed>());
        Assert.Equal(1, provider.Count("die with me"));

        await using var next = await OpenAnswer.To(process.Http, session, "alive again");
        await (await provider.Call("alive again")).Answer("yes");
        Assert.Equal("yes", await next.Rest());
        Assert.Empty(await system.QueuesOfFailure());
    }

    [Fact]
    public async Task Should_end_it_though_no_model_is_there()
    {
        await using var system = await TestSystem.Create(new Dictionary<string, string?> { ["TURN_TIMEOUT_SECONDS"] = "5" });
        var saga = await system.AddProcess("ingress,saga,memory");
        var model = await system.AddProcess("llm");
        await model.Kill();
        var session = await saga.Http.CreateSession();
        var asking = saga.Http.Chat(session, "nobody hears this");

        var events = await system.After(session, turns: 1);

        events.ShouldBeSound();
        var failed = Assert.Single(events.All<TurnFailed>());
        Assert.Empty(events.All<ReplyGenerated>());
        using var answer = await asking;
        Assert.Equal(HttpStatusCode.BadGateway, answer.StatusCode);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
        Assert.Equal(failed.Notice, problem.GetProperty("detail").GetString());
    }
}
