using Bus.Contracts;
using Bus.Events;
using Bus.Tests.Support;

namespace Bus.Tests.Gateway;

/// <summary>Attempts as the gateway would write them to the ledger.</summary>
internal static class Spent
{
    public const string StreamType = "ledger";

    public static readonly DateTimeOffset Start = new(2026, 3, 1, 10, 0, 0, TimeSpan.Zero);

    public static readonly Guid Catalog = new("c0000000-0000-0000-0000-000000000001");

    /// <summary>Two and ten dollars for a million tokens.</summary>
    public static readonly PriceOfTheDay Price = new(Start.AddDays(-100), "USD", 2m, 10m, 1m, null, 1m);

    public static UsageReserved Reserved(DateTimeOffset? at = null, string owner = Owners.Local) => new(
        Some.Id(), Some.Id(), 1, owner, "", null, null, null, Purposes.Chat, "smart", "fake", "model-1", Catalog, null, 100, 1000, 0.0102m, at ?? Start);

    public static UsageSettled Settled(this UsageReserved reserved, TokenCounts? tokens = null, string outcome = AttemptOutcomes.Answered, string basis = UsageBases.Measured)
    {
        var took = tokens ?? new TokenCounts(1000, 500, 400, 100);
        return new UsageSettled(
            reserved.AttemptId, outcome, basis, took, Cost.Of(Price, took), Price, outcome == AttemptOutcomes.Failed ? "timeout" : null, "call-1",
            reserved.ReservedAt.AddSeconds(1), reserved.ReservedAt.AddSeconds(3));
    }

    public static UsageCorrected Corrected(this UsageReserved reserved, TokenCounts tokens, string reason = CorrectionReasons.Provider) => new(
        Some.Id(), reserved.AttemptId, reason, UsageBases.Measured, tokens, Cost.Of(Price, tokens), Price, "bus", reserved.ReservedAt.AddMinutes(1));

    /// <summary>Appends events of one attempt to its stream, each by itself.</summary>
    public static async Task Spend(this EventStore log, Guid stream, params object[] events)
    {
        foreach (var e in events)
            await log.Append(stream, StreamType, null, [e]);
    }

    /// <summary>Appends an attempt from its beginning to its end.</summary>
    public static Task Spend(this EventStore log, UsageReserved reserved, UsageSettled? settled = null) =>
        log.Spend(reserved.AttemptId, reserved, settled ?? reserved.Settled());
}
