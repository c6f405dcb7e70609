using Bus.Contracts;
using Bus.Llm.Catalog;
using Bus.Llm.Metering;
using Bus.Llm.Metering.Limiting;
using Microsoft.Extensions.Logging;

namespace Bus.Llm.Gateway;

/// <summary>
/// The one way to models: from turns and from HTTP alike. It chooses the model and the key, puts aside what the call may take, asks, and asks another
/// when the first does not answer, as long as nothing of an answer is out. This is the only place where anything is tried again.
/// </summary>
internal sealed partial class ModelGateway(
    IModelCatalog catalog, ILedger ledger, HealthBoard health, HealthStore? others, KeyTurns turns, RouteTurns routes, Upstreams upstreams, QuarantineNotice notice,
    GatewayOptions options, TimeProvider time, ILogger<ModelGateway> log)
{
    private const int UnsaidOutput = 1024;

    /// <summary>How often all are asked again, when nobody has answered.</summary>
    private const int MostRounds = 2;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan LooksForRoom = TimeSpan.FromMilliseconds(500);

    /// <summary>Asks; returns when the answer has begun, and then nobody else is asked any more.</summary>
    /// <exception cref="ModelNotFoundException">There is no such model.</exception>
    /// <exception cref="LimitException">A limit is reached.</exception>
    /// <exception cref="ProviderException">Nobody answered: what the last one did.</exception>
    public async Task<GatewayAnswer> Ask(GatewayCall call, CancellationToken cancellation)
    {
        var snapshot = await catalog.Get(cancellation);
        if (others is not null)
            await others.Refresh();
        call = call.With(snapshot);
        var candidates = CandidatesOf(snapshot, call, call.Model, call.Provider);
        var progress = new CallProgress(call.Patience);
        while (true)
        {
            if (candidates.Next() is not { } candidate)
            {
                if (!await Pause(candidates, progress, cancellation))
                    throw progress.Failure ?? NobodyLeft(candidates, progress);
                continue;
            }

            var attempt = new Attempt(ReservationOf(call, candidate, progress.Attempts + 1), candidate, ledger, time);
            if ((await ledger.Reserve(attempt.Reservation, BudgetOf(candidate, progress.IsCheaper), cancellation)).Refusal is { } refusal)
            {
                candidates = await Refused(snapshot, call, candidates, candidate, refusal, progress, cancellation);
                continue;
            }

            progress.Attempts++;
            try
            {
                var answer = await attempt.Begin(upstreams.Of(candidate.Target), call, cancellation);
                Succeeded(candidate);
                routes.Began(candidate.Target.Model.Id, time.GetUtcNow() - attempt.Reservation.ReservedAt);
                return answer;
            }
            catch (ProviderException failure)
            {
                progress.Failed(failure);
                LogFailed(log, attempt.Reservation.AttemptId, candidate.Target.Model.Provider, candidate.Target.Name, AttemptFailures.Of(failure.Failure), failure.Message);
                if (!Failed(candidates, candidate, failure) || progress.Attempts >= options.MostAttempts)
                    throw;
            }
        }
    }

    private Candidates CandidatesOf(CatalogSnapshot snapshot, GatewayCall call, string? model, string? provider) =>
        new(snapshot.Resolve(model, provider, call.For.Chooser, turns: routes), health, turns, time);

    private UsageReserved ReservationOf(GatewayCall call, Candidate candidate, int number)
    {
        var (model, now) = (candidate.Target.Model, time.GetUtcNow());
        var output = call.Path == UpstreamCall.Embeddings ? 0 : (int)Math.Min(int.MaxValue, (long)(call.MaxTokens ?? model.MaxTokens ?? UnsaidOutput) * call.Body.Choices);
        var most = new TokenCounts(call.Body.InputTokens, output, 0, 0);
        return call.Reservation(number, candidate.Target, candidate.Key?.Id, most, model.PriceAt(now) is { } price ? Cost.Of(price, most) : null, now);
    }

    private static ModelBudget BudgetOf(Candidate candidate, bool isCheaper) => candidate is { Target.Model: { Rpm: null, Tpm: null }, Key: null or { Rpm: null, Tpm: null } } && !isCheaper
        ? ModelBudget.Unlimited
        : new ModelBudget(candidate.Target.Model.Rpm, candidate.Target.Model.Tpm, candidate.Key?.Rpm, candidate.Key?.Tpm) { IsCheaper = isCheaper };

    /// <summary>What is done about a limit: wait, ask something cheaper, ask another, or say so.</summary>
    private async ValueTask<Candidates> Refused(
        CatalogSnapshot snapshot, GatewayCall call, Candidates candidates, Candidate candidate, LimitReached limit, CallProgress progress, CancellationToken cancellation)
    {
        if (limit.LimitId is null)
        {
            // The provider would say so if it were asked; another may have room.
            candidates.Tried(candidate);
            candidates.RestsFor(limit.RetryAfter);
            progress.Limit = limit;
            return candidates;
        }

        if (limit is { Action: LimitActions.Cheaper, Fallback: { } fallback } && !progress.IsCheaper)
        {
            progress.IsCheaper = true;
            return CandidatesOf(snapshot, call, fallback, null);
        }

        // Calls that run may take less than was put aside for them; then there is room before the time is over.
        var wait = limit.Unit != LimitUnits.Requests && limit.RetryAfter > LooksForRoom ? LooksForRoom : limit.RetryAfter;
        if (limit.Action != LimitActions.Queue || !progress.TakePatience(wait))
            throw new LimitException(limit);
        await Task.Delay(wait, time, cancellation);
        return candidates;
    }

    /// <summary>Nobody is left to ask now: some may be asked again in a while.</summary>
    /// <returns>False when it is not worth the wait.</returns>
    private async ValueTask<bool> Pause(Candidates candidates, CallProgress progress, CancellationToken cancellation)
    {
        var rest = candidates.RestsUntil - time.GetUtcNow();
        var pause = progress.MayPass ? PauseAfter(progress.Attempts) : (TimeSpan?)null;
        if ((rest < pause ? rest : pause ?? rest) is not { } wait || !progress.MayGoOn(MostRounds) || !progress.TakePatience(wait))
            return false;
        // Timers know milliseconds, and the clock may be behind them: then it is waited once more for what is left.
        if (wait > TimeSpan.Zero)
            await Task.Delay(TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds)), time, cancellation);
        candidates.Again();
        return true;
    }

    private Exception NobodyLeft(Candidates candidates, CallProgress progress) => progress.Limit is { } limit ? new LimitException(limit)
        : candidates.RestsUntil is { } until
        ? new ProviderException(ProviderFailure.RateLimited, "All providers of this model ask us to slow down.", until - time.GetUtcNow())
        : new ProviderException(ProviderFailure.Unavailable, "No key of this model can be used at the moment.");

    /// <returns>False when nobody else need be asked: the request is wrong.</returns>
    private bool Failed(Candidates candidates, Candidate candidate, ProviderException failure)
    {
        var (target, key) = (candidate.Target, candidate.Key);
        var reason = AttemptFailures.Of(failure.Failure);
        // The built-in model fails when it is told to.
        if (target.Model.BaseUrl is null)
            return false;
        candidates.Tried(candidate);
        switch (failure.Failure)
        {
            case ProviderFailure.RateLimited:
                candidates.RestsFor(health.Rest(key?.Id ?? target.Model.Id, failure.RetryAfter));
                break;
            case ProviderFailure.KeyRefused or ProviderFailure.NoCredit:
                health.Quarantine(key?.Id ?? target.Model.Id, reason, () => notice.Quarantined(target.Model, key, reason));
                break;
            case ProviderFailure.Rejected:
                return false;
            case ProviderFailure.ContextOverflow:
                candidates.GiveUp(target);
                candidates.NeedsMoreRoomThan(target);
                break;
            case ProviderFailure.ContentPolicy or ProviderFailure.UnknownModel:
                candidates.GiveUp(target);
                break;
            default:
                // Another key leads to the same server.
                health.Failed(target.Model.Id, reason, failure.Failure is ProviderFailure.TimedOut or ProviderFailure.Unreachable);
                break;
        }

        return true;
    }

    private void Succeeded(Candidate candidate)
    {
        health.Succeeded(candidate.Target.Model.Id);
        if (candidate.Key is { } key)
            health.Succeeded(key.Id);
    }

    /// <summary>Longer each time, and not the same for all who wait.</summary>
    private static TimeSpan PauseAfter(int attempts)
    {
        var most = Math.Min(LongestPause.Ticks, FirstPause.Ticks << Math.Min(attempts - 1, 8));
        return TimeSpan.FromTicks((most / 2) + Random.Shared.NextInt64(most / 2));
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Attempt {AttemptId} with {Provider} {Model} failed ({Failure}): {Reason}")]
    private static partial void LogFailed(ILogger log, Guid attemptId, string provider, string model, string failure, string reason);

    /// <summary>How far a call has come.</summary>
    private sealed class CallProgress(TimeSpan patience)
    {
        private TimeSpan patience = patience;
        private int rounds;
        private int attemptsBefore;

        public int Attempts { get; set; }

        public bool IsCheaper { get; set; }

        public ProviderException? Failure { get; private set; }

        /// <summary>Somebody was in trouble that may be over soon.</summary>
        public bool MayPass { get; private set; }

        public LimitReached? Limit { get; set; }

        public void Failed(ProviderException failure)
        {
            Failure = failure;
            MayPass |= failure.Failure is ProviderFailure.Unreachable or ProviderFailure.Unavailable or ProviderFailure.Broken;
        }

        /// <summary>All may be asked again. A round in which nobody could be asked is none.</summary>
        public bool MayGoOn(int most)
        {
            rounds += Attempts > attemptsBefore ? 1 : 0;
            attemptsBefore = Attempts;
            return rounds <= most;
        }

        /// <summary>Takes a wait out of what is left of the patience; false when it is too long.</summary>
        public bool TakePatience(TimeSpan wait)
        {
            if (wait > patience)
                return false;
            patience -= wait > TimeSpan.Zero ? wait : TimeSpan.Zero;
            return true;
        }
    }
}

/// <summary>A limit is reached, and the call is not to wait.</summary>
/// <param name="limit">Which.</param>
internal sealed class LimitException(LimitReached limit) : Exception($"The limit of {limit.Unit} in a {limit.Window} is reached ({limit.Subject}).")
{
    /// <summary>Which.</summary>
    public LimitReached Limit => limit;
}
