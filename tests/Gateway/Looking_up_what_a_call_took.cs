using Bus.Contracts;
using Bus.Llm;
using Bus.Llm.Catalog;
using Bus.Llm.Metering;
using Bus.Llm.Metering.Lookups;
using Bus.Tests.Llm;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Gateway;

/// <summary>What was cut off, its provider may know.</summary>
public sealed class Looking_up_what_a_call_took : IAsyncLifetime
{
    private readonly FakeTime time = new();
    private TestLog log = null!;
    private LedgerProcess process = null!;
    private AnyProvider provider = null!;
    private UsageLookups lookups = null!;
    private LlmModel model = null!;

    public async ValueTask InitializeAsync()
    {
        log = await LedgerProcess.Database();
        process = await LedgerProcess.Start(log);
        provider = await AnyProvider.Start();
        model = TestGateway.Model("m", new Uri(provider.Url), keys: ["sk-of-the-provider-1"]) with
        {
            UsageUrl = $"{provider.Url}/took?call={{id}}",
            Prices = [new PriceOfTheDay(DateTimeOffset.UnixEpoch, "USD", 1, 2, null, null, 1)],
        };
        await log.Run($"insert into llm_models (id, name, model_id, provider, type, description, status, auth_type, key_usage_mode, api_keys, supports_vision, prices, allows_other_models, usage_url, created_at, updated_at) values ('{model.Id}', 'm', 'm', 'p', '', '', 'enabled', 'none', 'single', '[]', false, '[]', false, 'x', now(), now())");
        lookups = new UsageLookups(
            log.Database, new FakeCatalog([model]), process.Ledger, new ProviderUsage(ProviderTransport.Create(TimeSpan.FromSeconds(5)), TimeProvider.System, new FakeLog<ProviderUsage>()), time,
            new FakeLog<UsageLookups>());
    }

    public async ValueTask DisposeAsync()
    {
        await lookups.StopAsync(CancellationToken.None);
        lookups.Dispose();
        await process.DisposeAsync();
        await provider.DisposeAsync();
        await log.DisposeAsync();
    }

    [Theory]
    [InlineData("""{"data":{"id":"gen-7","native_tokens_prompt":33,"native_tokens_completion":44,"native_tokens_cached":5,"native_tokens_reasoning":6,"usage":0.0015}}""")]
    [InlineData("""{"usage":{"prompt_tokens":33,"completion_tokens":44,"prompt_tokens_details":{"cached_tokens":5},"completion_tokens_details":{"reasoning_tokens":6}}}""")]
    public async Task Should_correct_the_ledger_once(string told)
    {
        provider.Took = told;
        var call = await CutOff("gen-7");
        await lookups.StartAsync(TestContext.Current.CancellationToken);
        var corrected = await Corrected(call);
        Assert.Equal(
            (CorrectionReasons.Provider, UsageBases.Measured, new TokenCounts(33, 44, 5, 6), 0.000121m, GatewayActor.Name),
            (corrected.Reason, corrected.Basis, corrected.Tokens, corrected.Cost, corrected.By));
        await Eventually.Get(() => log.One<long>("select count(*) from llm_lookups"), count => count == 0);
        Assert.Equal("?call=gen-7 Bearer sk-of-the-provider-1", Assert.Single(provider.Lookups));
    }

    [Fact]
    public async Task Should_ask_by_our_own_name_for_the_call_when_its_provider_said_none_and_again_while_it_does_not_know()
    {
        var call = await CutOff(null);
        await lookups.StartAsync(TestContext.Current.CancellationToken);
        await Asked(1);
        provider.Took = """{"usage":{"prompt_tokens":1,"completion_tokens":2}}""";
        await Pass(6, asked: 2);
        Assert.Equal(new TokenCounts(1, 2, 0, 0), (await Corrected(call)).Tokens);
        Assert.All(provider.Lookups, asked => Assert.StartsWith($"?call={call.AttemptId} ", asked, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Should_give_up_when_its_provider_never_knows()
    {
        var call = await CutOff("gen-8");
        await lookups.StartAsync(TestContext.Current.CancellationToken);
        await Asked(1);
        foreach (var (pause, count) in ((int, int)[])[(6, 2), (31, 3), (121, 4), (601, 5), (3601, 6)])
            await Pass(pause, asked: count);
        await Eventually.Get(() => log.One<long>("select count(*) from llm_lookups"), count => count == 0);
        Assert.Equal(["usage_reserved", "usage_settled"], await log.EventsOf(call.AttemptId));
    }

    [Fact]
    public async Task Should_not_be_done_for_what_is_known()
    {
        var call = Calls.Call() with { CatalogId = model.Id };
        await process.Reserve(call);
        process.Ledger.Settle(call, call.Took());
        await process.Written();
        Assert.Equal(0, await log.One<long>("select count(*) from llm_lookups"));
    }

    private async Task<UsageReserved> CutOff(string? providerCallId)
    {
        var call = Calls.Call() with { CatalogId = model.Id, ProviderKeyId = model.Keys[0].Id, ReservedAt = TimeProvider.System.GetUtcNow() };
        await process.Reserve(call);
        process.Ledger.Settle(call, call.Took(basis: UsageBases.Aborted) with { ProviderCallId = providerCallId });
        await process.Written();
        time.Advance(TimeProvider.System.GetUtcNow() + TimeSpan.FromSeconds(1) - time.GetUtcNow());
        return call;
    }

    private async Task<UsageCorrected> Corrected(UsageReserved call)
    {
        await Eventually.Get(() => log.EventsOf(call.AttemptId), events => events.Count == 3);
        return await log.Last<UsageCorrected>(call.AttemptId);
    }

    private async Task Pass(int seconds, int asked)
    {
        await time.TimerOf(TimeSpan.FromSeconds(1)).WaitAsync(Patience.Limit);
        time.Advance(TimeSpan.FromSeconds(seconds));
        await Asked(asked);
    }

    private Task<int> Asked(int times) => Eventually.Get(() => Task.FromResult(provider.Lookups.Count), count => count == times);
}
