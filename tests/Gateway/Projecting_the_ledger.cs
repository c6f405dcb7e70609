using Bus.Contracts;
using Bus.Events;
using Bus.Events.Projections;
using Bus.Events.Rebuild;
using Bus.Tests.Projections;
using Bus.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Bus.Tests.Gateway;

public sealed class Projecting_the_ledger : IAsyncLifetime
{
    private Projecting projecting = null!;

    public async ValueTask InitializeAsync() => projecting = await Projecting.Start();

    public ValueTask DisposeAsync() => projecting.DisposeAsync();

    private EventStore Log => projecting.Events;

    [Fact]
    public async Task Should_show_an_attempt_from_its_reservation_to_its_last_correction()
    {
        var attempt = Spent.Reserved() with { Owner = "user:1", Via = "key:2", Place = "telegram/1/42", Number = 2, ProviderKeyId = Some.Id() };
        await Log.Spend(attempt.AttemptId, attempt);
        Assert.Equal(
            "2 user:1 key:2 telegram/1/42 chat smart fake model-1 100 1000 0.0102 open 0 0",
            await Row(attempt, "number, owner, via, place, purpose, asked, provider, model, reserved_input_tokens, reserved_output_tokens, reserved_cost, outcome, basis, input_tokens, cost, corrections"));
        Assert.Empty(await projecting.Log.Rows<Guid>("select attempt_id from llm_usage"));

        await Log.Spend(attempt.AttemptId, attempt.Settled(outcome: AttemptOutcomes.Failed, basis: UsageBases.Aborted));
        Assert.Equal("failed aborted 1000 500 400 100 0.0066 USD timeout call-1 3 0", await Row(attempt, Figures));

        await Log.Spend(attempt.AttemptId, attempt.Corrected(new TokenCounts(2000, 1000, 0, 0)));
        Assert.Equal("failed measured 2000 1000 0 0 0.014 USD timeout call-1 3 1", await Row(attempt, Figures));
    }

    [Fact]
    public async Task Should_count_nothing_twice_and_leave_nothing_out()
    {
        var (again, alone, late) = (Spent.Reserved(), Spent.Reserved(), Spent.Reserved());
        var (first, second) = (again.Corrected(new TokenCounts(1, 1, 0, 0)), again.Corrected(new TokenCounts(2, 2, 0, 0)));
        await Log.Spend(again.AttemptId, again, again, again.Settled(), again.Settled(new TokenCounts(9, 9, 9, 9)), first, second, first);
        await Log.Spend(alone.AttemptId, alone.Settled());
        await Log.Spend(late.AttemptId, late.Settled(), late);

        Assert.Equal("answered measured 2 2 0 0 0.000024 USD call-1 3 2", await Row(again, Figures));
        Assert.Equal("answered measured 1000 500 400 100 0.0066 USD call-1 0 0", await Row(alone, Figures));
        Assert.Equal("answered measured 1000 500 400 100 0.0066 USD call-1 3 0 local", await Row(late, $"{Figures}, owner"));
        Assert.Equal(3, await projecting.Log.One<long>("select count(*) from llm_usage"));
        Assert.Empty(await projecting.Log.Rows<Guid>("select stream_id from bus_set_aside"));
    }

    [Fact]
    public async Task Should_give_byte_for_byte_the_same_when_it_is_rebuilt()
    {
        for (var number = 0; number < 60; number++)
        {
            var attempt = Spent.Reserved(Spent.Start.AddTicks((number * 12_345_678_901L) + 7), $"user:{number % 3}") with
            {
                SessionId = number % 2 == 0 ? Some.Id() : null,
                Cost = number % 4 == 0 ? null : number / 7m,
            };
            await Log.Spend(attempt.AttemptId, attempt);
            if (number % 5 > 0)
                await Log.Spend(attempt.AttemptId, attempt.Settled(new TokenCounts(number, number * 3, number / 2, 1)));
            for (var correction = 0; correction < number % 4; correction++)
                await Log.Spend(attempt.AttemptId, attempt.Corrected(new TokenCounts(number + correction, 7, 0, 0)));
        }

        await projecting.CaughtUp("Ledger");
        var live = await projecting.Dump("ledger_1");
        Assert.Equal(60, live.Split('\n').Length);
        foreach (var generation in new[] { 2, 3 })
        {
            Assert.Equal((generation, 0), await Rebuild("Ledger"));
            Assert.Equal(live, await projecting.Dump($"ledger_{generation}"));
        }

        await Log.Spend(Spent.Reserved());
        await projecting.CaughtUp("Ledger");
        Assert.Equal(49, await projecting.Log.One<long>("select count(*) from llm_usage"));
    }

    [Fact]
    public async Task Should_take_the_place_of_what_replies_tell_and_leave_that_of_others_alone()
    {
        var session = await Log.Session(turns: 2);
        var turn = Some.Id();
        var told = Told.Turn(session, "in the ledger", "yes", 3, turn);
        var (reply, attempt) = (told.OfType<ReplyGenerated>().Single(), Spent.Reserved() with { SessionId = session, TurnId = turn, Purpose = Purposes.Turn });
        var failed = new ReplyFailed(reply.ConversationId, session, turn, reply.AttemptId, "no", "", "fake", "model-1", reply.Usage, reply.StartedAt, reply.GeneratedAt, IsInLedger: true);
        await Log.Append(session, "session", 11, [.. told.Select(e => e is ReplyGenerated ? reply with { IsInLedger = true } : e), failed, reply.Discarded(DiscardReasons.Repeated) with { IsInLedger = true }]);
        await Log.Spend(attempt with { CallId = reply.AttemptId });
        await projecting.CaughtUp();

        Assert.Equal(
            [
                $"{reply.ConversationId} replied 10 20 f measured turn local api/test/chat-7 true",
                $"{reply.ConversationId} replied 10 20 f measured turn local api/test/chat-7 true",
                $"{reply.ConversationId} replied 1000 500 f measured turn local {turn} 0.0066 3000 {reply.AttemptId}",
            ],
            await projecting.Log.Rows<string>($"""
                select concat_ws(' ', conversation_id, outcome, input_tokens, output_tokens, is_estimated, basis, purpose, owner, place,
                    case when turn_id = '{turn}' then turn_id end, cost, case when cost is not null then latency_ms end, case when cost is null then (call_id = attempt_id)::text else call_id::text end)
                from llm_usage order by id
                """));
        Assert.Equal((2, 0), await Rebuild("Usage"));
        Assert.Equal(1560, await projecting.Log.One<long>("select sum(input_tokens + output_tokens) from llm_usage"));
    }

    [Fact]
    public async Task Should_keep_what_was_spent_in_a_session_that_is_erased_and_not_where()
    {
        var session = await Log.Session();
        await Log.Spend(Spent.Reserved() with { SessionId = session, TurnId = Some.Id() });
        await projecting.CaughtUp();
        Assert.Equal([session], await projecting.Log.Rows<Guid>("select session_id from llm_usage where cost is not null"));

        await projecting.Log.Run($"delete from mt_streams where id = '{session}'");
        await Log.Append(session, "session", 0, [Told.Erased(session)]);
        await projecting.CaughtUp();

        Assert.Equal(
            ["1000 500 0.0066 local -"],
            await projecting.Log.Rows<string>("select concat_ws(' ', input_tokens, output_tokens, cost, owner, coalesce(session_id::text || turn_id || conversation_id, '-')) from llm_usage"));
    }

    private const string Figures = """
        outcome, basis, input_tokens, output_tokens, cached_tokens, reasoning_tokens, cost, price ->> 'currency', failure, provider_call_id,
        extract(epoch from settled_at - reserved_at)::int, corrections
        """;

    private async Task<string> Row(UsageReserved attempt, string columns)
    {
        await projecting.CaughtUp("Ledger");
        return await projecting.Log.One<string>($"select concat_ws(' ', {columns}) from llm_calls where attempt_id = '{attempt.AttemptId}'");
    }

    private async Task<(int Generation, int SetAside)> Rebuild(string name)
    {
        var services = projecting.Tools().Services;
        var result = await services.GetRequiredService<ProjectionRebuild>().Run(
            services.GetServices<Projection>().Single(p => p.Name == name), new Progress<RebuildProgress>(), CancellationToken.None);
        return (result.Generation, result.SetAside);
    }
}
