using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Gateway;

/// <summary>Which key a provider sees, and when.</summary>
public sealed class Using_several_keys(ProvidedSystem shared)
{
    [Fact]
    public async Task Should_be_the_first_and_no_other_in_mode_single()
    {
        var (model, asker) = (await Model("single", call => call.Answer("well")), await shared.Asker());
        for (var number = 0; number < 3; number++)
            Assert.True((await asker.Ask(model)).IsDone);
        Assert.Equal(["k1", "k1", "k1"], shared.Provider.Keys(model));

        shared.Provider.On(model, call => call.Refuse(429, retryAfter: 3600));
        var refused = await asker.Ask(model);
        Assert.Equal((429, "rate_limit_exceeded"), (refused.Status, refused.Told("code")));
        Assert.InRange(refused.RetryAfter!.Value.TotalSeconds, 3500, 3600);
        Assert.Equal(["k1", "k1", "k1", "k1"], shared.Provider.Keys(model));
    }

    [Fact]
    public async Task Should_be_each_in_its_turn_in_mode_round_robin()
    {
        var (model, asker) = (await Model("round_robin", call => call.Answer("well")), await shared.Asker());
        for (var number = 0; number < 6; number++)
            Assert.True((await asker.Ask(model, number % 2 == 0)).IsDone);
        var keys = shared.Provider.Keys(model);
        Assert.Equal(["k1", "k2", "k3"], keys.Take(3).Order());
        Assert.Equal(keys.Take(3), keys.Skip(3));
    }

    [Fact]
    public async Task Should_be_the_heavier_ones_more_often_in_mode_weighted()
    {
        await shared.Get();
        var model = await shared.Model(
            call => call.Answer("well"), ("key_usage_mode", "weighted"), ("api_keys", new object[] { new { key = "light", weight = 1 }, new { key = "heavy", weight = 1000 }, new { key = "lighter", weight = 1 } }));
        var asker = await shared.Asker();
        for (var number = 0; number < 20; number++)
            Assert.True((await asker.Ask(model)).IsDone);
        Assert.InRange(shared.Provider.Keys(model).Count(key => key == "heavy"), 16, 20); // less happens once in a hundred million runs

        shared.Provider.On(model, call => call.Key == "heavy" ? call.Refuse(429, retryAfter: 3600) : call.Answer("well"));
        for (var number = 0; number < 3; number++)
            Assert.True((await asker.Ask(model)).IsDone);
        Assert.InRange(shared.Provider.Keys(model).Skip(20).Count(key => key == "heavy"), 0, 1); // it rests
    }

    [Theory]
    [InlineData("failover")]
    [InlineData("round_robin")]
    public async Task Should_be_another_one_while_one_is_to_rest(string mode)
    {
        const int RetryAfter = 3;
        var (model, asker) = (await Model(mode, call => call.Key == "k1" ? call.Refuse(429, retryAfter: RetryAfter) : call.Answer("well")), await shared.Asker());
        while (!shared.Provider.Keys(model).Contains("k1"))
            Assert.True((await asker.Ask(model)).IsDone);
        var refusedAt = shared.Provider.Calls(model).Single(call => call.Key == "k1").At;

        shared.Provider.On(model, call => call.Answer("well"));
        await Eventually.Get(() => asker.Ask(model), _ => shared.Provider.Keys(model).Count(key => key == "k1") == 2);
        Assert.InRange(shared.Provider.Calls(model).Last(call => call.Key == "k1").At - refusedAt, TimeSpan.FromSeconds(RetryAfter), TimeSpan.FromSeconds(RetryAfter + 10));
        Assert.All(await shared.Ledger(model, 3), row => Assert.True(row is "failed rate_limit measured 0+0" or "answered - measured 11+5", row));
    }

    [Fact]
    public async Task Should_wait_for_the_only_one_when_that_is_not_long()
    {
        await shared.Get();
        var model = await shared.Model(call => shared.Provider.Keys(call.Name).Count == 1 ? call.Refuse(429, retryAfter: 1) : call.Answer("well"));
        var answer = await (await shared.Asker()).Ask(model);
        Assert.Equal(("well", null), (answer.Text, answer.Told("message")));
        var calls = shared.Provider.Calls(model);
        Assert.Equal(2, calls.Count);
        Assert.InRange(calls[1].At - calls[0].At, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Should_know_in_all_processes_what_one_has_been_told()
    {
        var (model, asker) = (await Model("failover", call => call.Key == "k1" ? call.Refuse(429, retryAfter: 3600) : call.Answer("well")), await shared.Asker());
        Assert.Equal("well", (await asker.Ask(model, host: shared.First)).Text);
        await Eventually.Get(() => shared.System.Scalar<long>("select count(*) from llm_health where reason = 'rate_limit' and rests_until > now() + interval '50 minutes' and subject in (select (k ->> 'id')::uuid from llm_models m, jsonb_array_elements(m.api_keys) k where m.model_id = $1)", model), count => count == 1);

        // The other one has known nothing for a second at most.
        var from = TimeProvider.System.GetUtcNow();
        await Eventually.Get(
            () => asker.Ask(model, host: shared.Second), _ => TimeProvider.System.GetUtcNow() - from > TimeSpan.FromSeconds(2) && shared.Provider.Keys(model)[^1] == "k2");
        Assert.DoesNotContain(shared.Provider.Calls(model), call => call.Key == "k1" && call.At > from.AddSeconds(1.5));
    }

    private async Task<string> Model(string mode, Func<ScriptedCall, Task> script)
    {
        await shared.Get();
        return await shared.Model(script, ("key_usage_mode", mode), ("api_keys", new object[] { new { key = "k1" }, new { key = "k2" }, new { key = "k3" } }));
    }
}
