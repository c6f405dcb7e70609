using Bus.Contracts;

namespace Bus.Llm.Metering;

/// <summary>Where it is kept what models take: put aside before a provider is asked, settled when the attempt is over.</summary>
public interface ILedger
{
    /// <summary>
    /// Puts aside what an attempt may take, and returns when that will survive the end of this process: it is written or, where no limit can refuse it, on its way to PostgreSQL.
    /// </summary>
    /// <param name="reservation">What is put aside; its attempt is a new one, which nobody has put anything aside for.</param>
    /// <param name="budget">What it counts against besides its owner, its chat and its key: the limits of the model.</param>
    /// <param name="cancellation">Gives up; what was put aside by then is settled as cancelled, with nothing.</param>
    /// <exception cref="Npgsql.NpgsqlException">The database does not take it, or does not answer in time: nobody is to be asked, and what was put aside after all is withdrawn.</exception>
    ValueTask<Admission> Reserve(UsageReserved reservation, ModelBudget budget, CancellationToken cancellation);

    /// <summary>Says what an attempt took. It returns at once; what was said is kept until it is written, and written before the process stops.</summary>
    void Settle(UsageReserved reservation, UsageSettled settlement);

    /// <summary>Says what a running attempt has taken so far: that counts when this process does not live to settle it. It is written once a second at most.</summary>
    void Progress(Guid attemptId, TokenCounts soFar);

    /// <summary>Says what the provider calls a running attempt, so that it can be asked what the attempt took when this process does not live to settle it.</summary>
    void ProviderCall(Guid attemptId, string id);

    /// <summary>Corrects what settled attempts took. Each correction counts once; one of an attempt that is not settled does not.</summary>
    /// <returns>How many counted.</returns>
    Task<int> Correct(IReadOnlyList<UsageCorrected> corrections, CancellationToken cancellation);
}

/// <summary>What a model and a key are good for in a minute; null: any number.</summary>
/// <param name="ModelRpm">Requests of the model.</param>
/// <param name="ModelTpm">Tokens of the model.</param>
/// <param name="KeyRpm">Requests of the key.</param>
/// <param name="KeyTpm">Tokens of the key.</param>
public sealed record ModelBudget(int? ModelRpm, int? ModelTpm, int? KeyRpm, int? KeyTpm)
{
    /// <summary>Any number.</summary>
    public static ModelBudget Unlimited { get; } = new(null, null, null, null);

    /// <summary>The model is what is asked instead of another where a limit is reached: it counts against limits that want that, and they do not refuse it.</summary>
    public bool IsCheaper { get; init; }
}

/// <summary>Whether a model may be asked.</summary>
/// <param name="Refusal">Why not; null: it may.</param>
public readonly record struct Admission(LimitReached? Refusal)
{
    /// <summary>It may.</summary>
    public bool IsAdmitted => Refusal is null;
}

/// <summary>A limit that is reached.</summary>
/// <param name="LimitId">The limit; null for one of a model or a key of the catalog.</param>
/// <param name="Subject">Whose: a name of <see cref="LimitSubjects"/>.</param>
/// <param name="Unit">Of what: <c>requests</c>, <c>tokens</c> or <c>money</c>.</param>
/// <param name="Window">In what time: <c>minute</c>, <c>day</c> or <c>month</c>.</param>
/// <param name="Action">What is to happen: <c>block</c>, <c>cheaper</c> or <c>queue</c>.</param>
/// <param name="Fallback">The model or route to ask instead, where that is to happen.</param>
/// <param name="RetryAfter">When there is room again, at the soonest.</param>
public sealed record LimitReached(Guid? LimitId, string Subject, string Unit, string Window, string Action, string? Fallback, TimeSpan RetryAfter);

/// <summary>Whose a limit is.</summary>
public static class LimitSubjects
{
    /// <summary>Somebody's, as <see cref="Owners"/> names them.</summary>
    public const string User = "user";

    /// <summary>A chat's.</summary>
    public const string Chat = "chat";

    /// <summary>A key's that we have issued.</summary>
    public const string ApiKey = "key";

    /// <summary>A model's.</summary>
    public const string Model = "model";

    /// <summary>A key's of a provider.</summary>
    public const string ProviderKey = "provider_key";

    /// <summary>Of all together.</summary>
    public const string All = "all";
}
