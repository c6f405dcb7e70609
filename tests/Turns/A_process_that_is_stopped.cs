using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Bus.Contracts;
using Bus.Messaging.Lifetime;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Turns;

/// <summary>What SIGTERM does to those who wait, and to what is under way.</summary>
public sealed class A_process_that_is_stopped
{
    [Fact]
    public async Task Should_answer_who_waits_already_and_refuse_all_others()
    {
        await using var provider = await GatedProvider.Start();
        await using var system = await TestSystem.Create(provider.Settings);
        var host = await system.AddProcess();
        var (streamed, whole) = (await host.Http.CreateSession(), await host.Http.CreateSession());
        await using var stream = await OpenAnswer.To(host.Http, streamed, "one who reads");
        var speaking = await provider.Call("one who reads");
        await speaking.Say("Half ");
        Assert.Equal("Half ", await stream.Piece());
        var answer = host.Http.Chat(whole, "one who waits");
        var thinking = await provider.Call("one who waits");

        var stopped = host.Terminate();
        await Eventually.Get(() => host.Http.Raw(HttpMethod.Get, "/health"), health => health.Status == 503);
        var health = await host.Http.GetAsync("/health", TestContext.Current.CancellationToken);
        Assert.Equal("stopping", (await health.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken)).GetProperty("status").GetString());
        using var refused = await host.Http.Chat(whole, "one who comes late");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.Equal("application/problem+json", refused.Content.Headers.ContentType?.MediaType);
        Assert.Equal(TimeSpan.FromSeconds(1), refused.Headers.RetryAfter?.Delta);
        Assert.True(refused.Headers.ConnectionClose);
        Assert.False(stopped.IsCompleted);

        await speaking.Answer("and whole");
        await thinking.Answer("Whole");

        Assert.Equal("and whole", await stream.Rest());
        using var answered = await answer;
        Assert.Contains("\"assistant_reply\":\"Whole\"", await answered.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Equal(0, await stopped);
        foreach (var session in new[] { streamed, whole })
            (await system.After(session, turns: 1)).ShouldBeSound();

        Assert.Equal(0, provider.Count("one who comes late"));
        Assert.Empty(await system.QueuesOfFailure());
    }

    [Fact]
    public async Task Should_let_a_model_end_its_answer_for_a_caller_elsewhere()
    {
        await using var provider = await GatedProvider.Start();
        await using var system = await TestSystem.Create(provider.Settings);
        var ingress = await system.AddProcess("ingress,saga,memory");
        var worker = await system.AddProcess("llm");
        var session = await ingress.Http.CreateSession();
        await using var stream = await OpenAnswer.To(ingress.Http, session, "to be ended");
        var call = await provider.Call("to be ended");
        await call.Say("Half ");
        Assert.Equal("Half ", await stream.Piece());

        var stopped = worker.Terminate();
        await Eventually.Get(() => IsRefused(worker), refused => refused);
        await call.Answer("and whole");

        Assert.Equal("and whole", await stream.Rest());
        Assert.Equal(0, await stopped);
        Assert.Equal(1, provider.Count("to be ended"));
        (await system.After(session, turns: 1)).ShouldBeSound();
        Assert.Empty(await system.QueuesOfFailure());
    }

    /// <summary>A model that never ends, and a caller who waits for it, in a process that stops; and another process beside it.</summary>
    [Fact]
    public async Task Should_end_in_time_and_hand_over_what_does_not_end()
    {
        await using var provider = await GatedProvider.Start();
        await using var system = await TestSystem.Create(provider.Settings);
        var host = await system.AddProcess();
        var session = await host.Http.CreateSession();
        await using var stream = await OpenAnswer.To(host.Http, session, "endless");
        var call = await provider.Call("endless");
        await call.Say("Half ");
        Assert.Equal("Half ", await stream.Piece());
        var began = TimeProvider.System.GetTimestamp();

        var stopped = host.Terminate();
        Assert.Contains("The server stops; the answer will be in the history.", await stream.Rest(), StringComparison.Ordinal);
        Assert.Equal(0, await stopped);
        Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(30), $"It took {TimeProvider.System.GetElapsedTime(began)}.");
        await call.Gone;

        var second = await system.AddProcess();
        await (await provider.Call("endless")).Answer("Half and whole");
        var events = await system.After(session, turns: 1);
        events.ShouldBeSound();
        Assert.Equal("Half and whole", Assert.Single(events.All<ReplyGenerated>()).Text);
        Assert.Equal("assistant: Half and whole", (await second.Http.History(session))[1]);
        Assert.Empty(await system.QueuesOfFailure());
    }

    [Fact]
    public async Task Should_end_at_once_when_it_has_nothing_to_do()
    {
        var (system, host) = await TestSystem.Start();
        await using var _ = system;
        await host.Http.Handle("idle", "Hello");
        var began = TimeProvider.System.GetTimestamp();

        Assert.Equal(0, await host.Terminate());

        Assert.True(TimeProvider.System.GetElapsedTime(began) < StopSchedule.CallersLeave, $"It took {TimeProvider.System.GetElapsedTime(began)}.");
        Assert.Equal(0L, await system.Scalar<long>("select count(*) from bus_outbox"));
    }

    /// <summary>Its port is closed: nobody waits for it, and what follows is that its consumers stop.</summary>
    private static async Task<bool> IsRefused(HostProcess host)
    {
        try
        {
            using var response = await host.Http.GetAsync("/health");
            return false;
        }
        catch (HttpRequestException)
        {
            return true;
        }
    }
}
