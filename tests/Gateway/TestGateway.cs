using System.Collections.Concurrent;
using Bus.Contracts;
using Bus.Llm;
using Bus.Llm.Catalog;
using Bus.Llm.Gateway;
using Bus.Llm.Metering;
using Bus.Messaging.Access;
using Bus.Tests.Llm;
using Bus.Tests.Support;
using Npgsql;

namespace Bus.Tests.Gateway;

/// <summary>The gateway alone: models that the test gives it, and a ledger that is a list.</summary>
internal sealed class TestGateway
{
    public static readonly ProviderPatience Patience = new(TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(5));

    public TestGateway(IReadOnlyList<LlmModel> models, TimeProvider? time = null, int attempts = 6, ProviderPatience? patience = null)
    {
        var clock = time ?? TimeProvider.System;
        Health = new HealthBoard(clock);
        Catalog = new FakeCatalog(models);
        Gateway = new ModelGateway(
            Catalog, Ledger, Health, null, new KeyTurns(), new RouteTurns(clock),
            new Upstreams(Client(patience ?? Patience, clock), Client(patience ?? Patience, clock), new DemoUpstream(new DemoChatClient(TimeSpan.Zero, clock), clock)),
            new QuarantineNotice(Audit, Notices), new GatewayOptions(attempts, patience ?? Patience), clock, Log);
    }

    private static ProviderClient Client(ProviderPatience patience, TimeProvider time) => new(ProviderTransport.Create(patience.Connect), patience, time);

    public ModelGateway Gateway { get; }

    public FakeCatalog Catalog { get; }

    public HealthBoard Health { get; }

    public FakeLedger Ledger { get; } = new();

    public FakeAudit Audit { get; } = new();

    public FakeLog<ModelGateway> Log { get; } = new();

    public FakeLog<QuarantineNotice> Notices { get; } = new();

    public static LlmModel Model(string name, Uri baseUrl, string provider = "custom", IReadOnlyList<string>? keys = null, string mode = KeyModes.Failover) => new(
        Some.Id(), name, name, provider, "生文", "", ModelStatuses.Enabled, baseUrl, keys is null or [] ? AuthTypes.None : AuthTypes.ApiKey, mode,
        [.. (keys ?? []).Select(key => new ProviderKey(Some.Id(), key, $"…{key[^4..]}", ModelStatuses.Enabled, 1, null, null))],
        false, null, null, [], null, null, false, null, null, default, default);
}

internal sealed class FakeCatalog(IReadOnlyList<LlmModel> models) : IModelCatalog
{
    public CatalogSnapshot Snapshot { get; set; } = new(1, models, [new Route(Route.Default, RouteModes.Ordered, [.. models.Select(model => new RouteTarget(model.Id, 1))])]);

    public ValueTask<CatalogSnapshot> Get(CancellationToken cancellation) => ValueTask.FromResult(Snapshot);
}

internal sealed class FakeLedger : ILedger
{
    public ConcurrentQueue<UsageReserved> Reserved { get; } = [];

    public ConcurrentQueue<UsageSettled> Settled { get; } = [];

    public Func<UsageReserved, LimitReached?>? Limit { get; set; }

    public ValueTask<Admission> Reserve(UsageReserved reservation, ModelBudget budget, CancellationToken cancellation)
    {
        if (Limit?.Invoke(reservation) is { } reached)
            return ValueTask.FromResult(new Admission(reached));
        Reserved.Enqueue(reservation);
        return ValueTask.FromResult(default(Admission));
    }

    public void Settle(UsageReserved reservation, UsageSettled settlement) => Settled.Enqueue(settlement);

    public void Progress(Guid attemptId, TokenCounts soFar)
    {
    }

    public void ProviderCall(Guid attemptId, string id)
    {
    }

    public Task<int> Correct(IReadOnlyList<UsageCorrected> corrections, CancellationToken cancellation) => Task.FromResult(corrections.Count);
}

internal sealed class FakeAudit : IAudit
{
    public ConcurrentQueue<AuditEntry> Entries { get; } = [];

    public Task Record(AuditEntry entry, CancellationToken cancellation)
    {
        Entries.Enqueue(entry);
        return Task.CompletedTask;
    }

    public Task Record(NpgsqlConnection connection, AuditEntry entry, CancellationToken cancellation) => Record(entry, cancellation);
}
