using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Bus.Contracts;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Turns;

public sealed class A_model_that_never_answers : IAsyncLifetime
{
    private GatedProvider provider = null!;
    private TestSystem system = null!;
    private HostProcess host = null!;

    public async ValueTask InitializeAsync()
    {
        provider = await GatedProvider.Start();
        system = await TestSystem.Create(new Dictionary<string, string?>(provider.Settings) { ["TURN_TIMEOUT_SECONDS"] = "50" });
        host = await system.AddProcess();
    }

    public async ValueTask DisposeAsync()
    {
        await system.DisposeAsync();
        await provider.DisposeAsync();
    }

    [Fact]
    public async Task Should_fail_the_turn_once_and_let_the_conversation_go_on()
    {
        var session = await host.Http.CreateSession();
        using var answer = await host.Http.Chat(session, "hang");
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.BadGateway, answer.StatusCode);
        Assert.Contains($"(trace code {problem.GetProperty("trace_id").GetString()})", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        await (await provider.Call("hang")).Gone;
        var events = await system.After(session, turns: 1);
        events.ShouldBeSound();
        var failed = Assert.Single(events.All<TurnFailed>());
        Assert.Equal(problem.GetProperty("detail").GetString(), failed.Notice);
        Assert.Equal(problem.GetProperty("trace_id").GetString(), Assert.Single(events.All<TurnStarted>()).TraceId);

        await using var next = await OpenAnswer.To(host.Http, session, "and now?");
        var call = await provider.Call("and now?");
        Assert.Equal(["hang", "and now?"], call.Said);
        await call.Answer("better");
        Assert.Equal("better", await next.Rest());
    }

    [Fact]
    public async Task Should_give_a_bot_one_answer_with_the_trace_code()
    {
        using var response = await host.Http.PostAsJsonAsync(
            "/v1/chat/handle", new { user_id = "u", chat_id = "hanging", text = "hang, bot" }, TestContext.Current.CancellationToken);
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
        var session = Ids.Session(new Origin(Platforms.Api, "chat", "hanging").ConversationId(), await system.MessageId("hang, bot"));
        var events = await system.After(session, turns: 1);

        Assert.Equal("error", answer.GetProperty("type").GetString());
        Assert.Equal(Assert.Single(events.All<TurnFailed>()).Notice, answer.GetProperty("text").GetString());
        Assert.Contains($"(trace code {events.All<TurnStarted>()[0].TraceId})", answer.GetProperty("text").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Should_keep_what_it_said_before_it_hung()
    {
        var session = await host.Http.CreateSession();
        await using var stream = await OpenAnswer.To(host.Http, session, "hang half way");
        await (await provider.Call("hang half way")).Say("half");
        Assert.Equal("half", await stream.Piece());

        Assert.StartsWith("\n\nSorry, that did not work.", await stream.Rest(), StringComparison.Ordinal);
        var failed = Assert.Single((await system.After(session, turns: 1)).All<TurnFailed>());
        Assert.StartsWith("half\n\nSorry, that did not work.", failed.Notice, StringComparison.Ordinal);
    }
}
