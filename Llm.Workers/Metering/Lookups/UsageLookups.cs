using System.Text.Json;
using Bus.Contracts;
using Bus.Events;
using Bus.Events.Servers;
using Bus.Llm.Catalog;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Bus.Llm.Metering.Lookups;

/// <summary>
/// Asks providers that tell it what those calls took that were cut off, and corrects the ledger. Each is asked by one process at a time, and again later while the
/// provider does not know yet.
/// </summary>
internal sealed partial class UsageLookups(
    NpgsqlDataSource database, IModelCatalog catalog, ILedger ledger, IUsageSource source, TimeProvider time, ILogger<UsageLookups> log) : Sweeper(Interval, time, log)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>How long it is waited before each further try; after the last one it stays as it is.</summary>
    private static readonly TimeSpan[] Pauses =
        [TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(10), TimeSpan.FromHours(1)];

    protected override async Task Sweep(CancellationToken cancellation)
    {
        while (await Take(cancellation) is { } due)
            await LookUp(due, cancellation);
    }

    /// <summary>The next one that is due. Nobody else takes it until its next try.</summary>
    private async Task<Due?> Take(CancellationToken cancellation)
    {
        var now = Time.GetUtcNow();
        await using var command = database.Statement(
            """
            with due as (
                update llm_lookups set tries = tries + 1, due_at = $1::timestamptz + ($2::bigint[])[least(tries + 1, cardinality($2::bigint[]))] * interval '1 second'
                where attempt_id = (select attempt_id from llm_lookups where due_at <= $1 order by due_at limit 1 for update skip locked)
                returning attempt_id, tries)
            select d.tries, r.data, l.data from due d
            join llm_settled s using (attempt_id)
            join mt_events r on r.stream_id = s.stream_id and r.version = s.reserved
            join mt_events l on l.stream_id = s.stream_id and l.version = s.latest
            """,
            now.UtcDateTime, Pauses.Select(pause => (long)pause.TotalSeconds).ToArray());
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation)
            ? new Due(reader.GetInt32(0), JsonSerializer.Deserialize<UsageReserved>(reader.GetString(1))!, JsonSerializer.Deserialize<Known>(reader.GetString(2))!)
            : null;
    }

    private async Task LookUp(Due due, CancellationToken cancellation)
    {
        var (asked, known) = (due.Reservation, due.Known);
        var model = (await catalog.Get(cancellation)).Models.FirstOrDefault(model => model.Id == asked.CatalogId);
        // Corrected by somebody else, or nobody to ask: it stays as it is.
        if (known.Basis != UsageBases.Aborted || model?.UsageUrl is null)
        {
            await Forget(asked.AttemptId, cancellation);
            return;
        }

        var key = model.Keys.FirstOrDefault(key => key.Id == asked.ProviderKeyId);
        var took = await source.Of(model, key, known.ProviderCallId ?? asked.AttemptId.ToString(), cancellation);
        if (took is not null)
        {
            var price = model.PriceAt(asked.ReservedAt);
            await ledger.Correct(
                [
                    new UsageCorrected(
                        Ids.From(asked.AttemptId, "provider"), asked.AttemptId, CorrectionReasons.Provider, UsageBases.Measured, took, price is null ? null : Cost.Of(price, took), price,
                        GatewayActor.Name, Time.GetUtcNow()),
                ],
                cancellation);
        }
        else if (due.Tries <= Pauses.Length)
        {
            return;
        }
        else
        {
            LogUnknown(asked.AttemptId, asked.Provider, due.Tries);
        }

        await Forget(asked.AttemptId, cancellation);
    }

    private Task<int> Forget(Guid attemptId, CancellationToken cancellation) => database.Run("delete from llm_lookups where attempt_id = $1", cancellation, attemptId);

    [LoggerMessage(Level = LogLevel.Information, Message = "What attempt {AttemptId} took stays our count: {Provider} did not tell, asked {Tries} times")]
    private partial void LogUnknown(Guid attemptId, string provider, int tries);

    /// <summary>An attempt that is to be asked for.</summary>
    private sealed record Due(int Tries, UsageReserved Reservation, Known Known);

    /// <summary>What a settlement and a correction have in common, and what only the first has.</summary>
    private sealed record Known(string Basis, string? ProviderCallId);
}
