using Bus.Contracts;
using Bus.Events;
using Bus.Events.Servers;
using Bus.Llm.Catalog;
using Bus.Llm.Metering;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Bus.Llm.Gateway;

/// <summary>
/// Tries keys that were refused, now and then, with the shortest request there is, and brings those back that work again. Each is tried by one process
/// at a time, and less and less often.
/// </summary>
internal sealed partial class KeyProbes(
    NpgsqlDataSource database, IModelCatalog catalog, ILedger ledger, Upstreams upstreams, QuarantineNotice notice, TimeProvider clock, ILogger<KeyProbes> log)
    : Sweeper(Interval, clock, log)
{
    /// <summary>Whom probes are for.</summary>
    public const string Owner = "system";

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(30);

    private static readonly ReadOnlyMemory<byte> Question = """{"messages":[{"role":"user","content":"ping"}],"max_tokens":1}"""u8.ToArray();

    protected override async Task Sweep(CancellationToken stoppingToken)
    {
        while (await Take(stoppingToken) is { } due)
            await Probe(due.Subject, due.Failures, stoppingToken);
    }

    /// <summary>The next one that is due. Nobody else takes it for a while.</summary>
    private async Task<(Guid Subject, int Failures)?> Take(CancellationToken cancellation)
    {
        var now = Time.GetUtcNow();
        await using var command = database.Statement(
            """
            update llm_health set probe_at = $2 where subject = (
                select subject from llm_health where quarantined_at is not null and probe_at <= $1 order by probe_at limit 1 for update skip locked)
            returning subject, failures
            """,
            now.UtcDateTime, (now + Longest + Longest).UtcDateTime);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation) ? (reader.GetGuid(0), reader.GetInt32(1)) : null;
    }

    private async Task Probe(Guid subject, int failures, CancellationToken cancellation)
    {
        var snapshot = await catalog.Get(cancellation);
        var candidate = snapshot.Models.Where(model => model.Status == ModelStatuses.Enabled).SelectMany(Candidates).FirstOrDefault(candidate => (candidate.Key?.Id ?? candidate.Target.Model.Id) == subject);
        if (candidate is null)
        {
            // It was taken out of the catalog, or out of use.
            await database.Run("delete from llm_health where subject = $1", cancellation, subject);
            return;
        }

        if (await Answers(candidate, cancellation))
        {
            await database.Run("delete from llm_health where subject = $1", cancellation, subject);
            notice.Returned(candidate.Target.Model, candidate.Key);
            return;
        }

        var wait = TimeSpan.FromTicks(Math.Min(LongestPause.Ticks, FirstPause.Ticks << Math.Min(failures + 1, 10)));
        await database.Run("update llm_health set failures = failures + 1, probe_at = $2 where subject = $1", cancellation, subject, (Time.GetUtcNow() + wait).UtcDateTime);
    }

    /// <summary>What it takes is in the ledger as well.</summary>
    private async Task<bool> Answers(Candidate candidate, CancellationToken cancellation)
    {
        var now = Time.GetUtcNow();
        var call = new GatewayCall(
            Guid.CreateVersion7(now), new CallFor(Owner, null, "", Purposes.Probe), UpstreamCall.Completions, candidate.Target.Name, null, CallBody.Read(Question), TimeSpan.Zero);
        var reservation = call.Reservation(1, candidate.Target, candidate.Key?.Id, new TokenCounts(call.Body.InputTokens, 1, 0, 0), null, now);
        var attempt = new Attempt(reservation, candidate, ledger, Time);
        if (!(await ledger.Reserve(attempt.Reservation, ModelBudget.Unlimited, cancellation)).IsAdmitted)
            return false;
        using var limit = new CancellationTokenSource(Longest, Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            await using var answer = await attempt.Begin(upstreams.Of(candidate.Target), call, either.Token);
            await foreach (var piece in answer.Pieces(either.Token))
                LogAnswered(candidate.Target.Name, piece.Data.Length);
            return true;
        }
        catch (ProviderException failure)
        {
            // Too many requests, or a request that it does not like, as of a model that answers no questions: the key itself is good.
            return failure.Failure is ProviderFailure.RateLimited or ProviderFailure.Rejected or ProviderFailure.UnknownModel or ProviderFailure.ContentPolicy or ProviderFailure.ContextOverflow;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return false;
        }
    }

    private static IEnumerable<Candidate> Candidates(LlmModel model) =>
        model.Keys.Where(key => key.IsUsable).Select(key => new Candidate(new Target(model, model.ModelId), (ProviderKey?)key)).Append(new Candidate(new Target(model, model.ModelId), null));

    [LoggerMessage(Level = LogLevel.Debug, Message = "A probe of {Model} was answered ({Bytes} bytes)")]
    private partial void LogAnswered(string model, int bytes);
}
