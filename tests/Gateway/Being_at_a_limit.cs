using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Gateway;

/// <summary>What whoever asks for completions sees of limits, and which model and key is asked then.</summary>
public sealed class Being_at_a_limit(ProvidedSystem shared)
{
    [Theory]
    [InlineData("requests", "minute", 1, "rate_limit_exceeded", "rate_limit_error", 120)]
    [InlineData("requests", "day", 1, "insufficient_quota", "insufficient_quota", 86400)]
    [InlineData("tokens", "month", 16, "insufficient_quota", "insufficient_quota", 31 * 86400)]
    [InlineData("money", "day", 0.00007, "insufficient_quota", "insufficient_quota", 86400)]
    public async Task Should_be_refused_in_all_processes_and_told_when_to_come_again(string unit, string window, decimal amount, string code, string type, int most)
    {
        await shared.Get();
        var (model, asker) = (await shared.Model(), await shared.Asker());
        var limit = await Limit(asker, unit, window, amount);
        Assert.True((await asker.Ask(model)).IsDone);
        await shared.Ledger(model); // it is settled

        foreach (var (host, isStream) in new[] { (shared.First, false), (shared.Second, true) })
        {
            var refused = await asker.Ask(model, isStream, host);
            Assert.Equal((429, code, type), (refused.Status, refused.Told("code"), refused.Told("type")));
            Assert.Contains(unit, refused.Told("message"), StringComparison.Ordinal);
            Assert.InRange(refused.RetryAfter!.Value.TotalSeconds, 1, most);
        }

        Assert.Single(shared.Provider.Calls(model));
        Assert.Single(await shared.Ledger(model));
        Assert.True((await (await shared.Asker()).Ask(model)).IsDone); // somebody else's
        Assert.Equal(204, (await (await shared.First.Admin()).Call("DELETE", $"/api/v1/llm-limits/{limit}")).Status);
        Assert.True((await asker.Ask(model, host: shared.Second)).IsDone);
    }

    [Fact]
    public async Task Should_be_answered_by_something_cheaper_where_that_is_set()
    {
        await shared.Get();
        var (dear, cheap, asker) = (await shared.Model(call => call.Answer("dear")), await shared.Model(call => call.Answer("cheap")), await shared.Asker());
        await Limit(asker, "requests", "day", 1, "cheaper", cheap);
        Assert.Equal("dear", (await asker.Ask(dear)).Text);
        foreach (var isStream in new[] { false, true })
        {
            // It counts against the same limit, which is over: what is cheaper answers nevertheless.
            var answer = await asker.Ask(dear, isStream);
            Assert.Equal((200, "cheap"), (answer.Status, answer.Text));
        }

        Assert.Single(shared.Provider.Calls(dear));
        var admin = await shared.First.Admin();
        var calls = await Eventually.Get(() => admin.Call("GET", $"/api/v1/llm/calls?user={asker.Owner}"), answer => answer.Json.GetProperty("calls").GetArrayLength() == 3);
        Assert.Equal(
            [$"{dear} {cheap}", $"{dear} {cheap}", $"{dear} {dear}"],
            calls.Json.GetProperty("calls").EnumerateArray().Select(call => $"{call.GetProperty("asked").GetString()} {call.GetProperty("model").GetString()}"));
    }

    [Fact]
    public async Task Should_wait_for_room_where_that_is_set()
    {
        await shared.Get();
        var model = await shared.Model(async call =>
        {
            if (call.Asked == "first")
                await call.DotsUntilReleased();
            await call.Answer("well");
        });
        var asker = await shared.Asker();
        await Limit(asker, "tokens", "day", 1000, "queue"); // much less than is put aside for an answer that may have any length
        var first = asker.Ask(model, isStream: true, text: "first");
        var running = await shared.Provider.Call(model);
        var second = asker.Ask(model, host: shared.Second);
        await Eventually.Get(() => Task.FromResult(second.IsCompleted || Waits()), waits => waits);
        Assert.False(second.IsCompleted);
        Assert.Single(shared.Provider.Calls(model));

        running.Release();
        Assert.Equal("well", (await first).Text);
        Assert.Equal((200, "well"), ((await second).Status, (await second).Text));
        Assert.Equal(2, shared.Provider.Calls(model).Count);

        // A second and a half is three looks for room.
        bool Waits() => TimeProvider.System.GetUtcNow() - running.At > TimeSpan.FromSeconds(1.5);
    }

    [Fact]
    public async Task Should_not_wait_for_room_that_does_not_come_in_time()
    {
        await shared.Get();
        var (model, asker) = (await shared.Model(), await shared.Asker());
        await Limit(asker, "requests", "day", 1, "queue");
        Assert.True((await asker.Ask(model)).IsDone);
        var refused = await asker.Ask(model);
        Assert.Equal((429, "insufficient_quota"), (refused.Status, refused.Told("code")));
        Assert.Single(shared.Provider.Calls(model));
    }

    [Theory]
    [InlineData("rpm", 1)]
    [InlineData("tpm", 10)]
    public async Task Should_not_be_noticed_when_a_model_has_done_what_it_can_in_a_minute(string member, int most)
    {
        await shared.Get();
        var (small, other, asker) = (await shared.Model(null, (member, most)), await shared.Model(), await shared.Asker());
        var route = await shared.Route(small, other);
        Assert.True((await asker.Ask(route)).IsDone);
        await shared.Ledger(small);
        foreach (var host in new[] { shared.First, shared.Second, shared.First })
            Assert.True((await asker.Ask(route, host: host)).IsDone);
        Assert.Equal((1, 3), (shared.Provider.Calls(small).Count, shared.Provider.Calls(other).Count));

        var refused = await asker.Ask(small);
        Assert.Equal((429, "rate_limit_exceeded"), (refused.Status, refused.Told("code")));
        Assert.InRange(refused.RetryAfter!.Value.TotalSeconds, 1, 120);
        Assert.Single(shared.Provider.Calls(small));
    }

    [Theory]
    [InlineData("rpm", 1)]
    [InlineData("tpm", 10)]
    public async Task Should_not_be_noticed_when_a_key_has_done_what_it_can_in_a_minute(string member, int most)
    {
        await shared.Get();
        var first = new Dictionary<string, object> { ["key"] = "k1", [member] = most };
        var model = await shared.Model(null, ("api_keys", new object[] { first, new { key = "k2" } }));
        var asker = await shared.Asker();
        Assert.True((await asker.Ask(model)).IsDone);
        await shared.Ledger(model);
        foreach (var host in new[] { shared.First, shared.Second, shared.First })
            Assert.True((await asker.Ask(model, host: host)).IsDone);
        Assert.Equal(["k1", "k2", "k2", "k2"], shared.Provider.Keys(model));
    }

    private async Task<string> Limit(Asker asker, string unit, string window, decimal amount, string action = "block", string? fallback = null)
    {
        var made = await (await shared.First.Admin()).Call("POST", "/api/v1/llm-limits", new { subject = "user", subject_id = asker.Owner, unit, window, amount, action, fallback });
        return made.Status == 201 ? made.Text("id") : throw new InvalidOperationException($"{made.Status}: {made.Json}");
    }
}
