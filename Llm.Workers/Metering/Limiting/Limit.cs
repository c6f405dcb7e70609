using Bus.Contracts;

namespace Bus.Llm.Metering.Limiting;

/// <summary>A limit that administrators have set.</summary>
/// <param name="Id">The limit.</param>
/// <param name="Subject">Whose: a name of <see cref="LimitSubjects"/>.</param>
/// <param name="SubjectId">Which of them; null: each of them.</param>
/// <param name="Unit">Of what: a name of <see cref="LimitUnits"/>.</param>
/// <param name="Window">In what time: a name of <see cref="LimitWindows"/>.</param>
/// <param name="Amount">How much; money in the base currency.</param>
/// <param name="SoftPercent">From how much of it on it is said that it is near.</param>
/// <param name="Action">What happens to calls when it is reached: a name of <see cref="LimitActions"/>.</param>
/// <param name="Fallback">The model or route to ask instead; null where that is not to happen.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="UpdatedAt">When it was last changed.</param>
internal sealed record Limit(
    Guid Id, string Subject, string? SubjectId, string Unit, string Window, decimal Amount, int SoftPercent, string Action, string? Fallback,
    DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
{
    /// <summary>The kind of counters that it is about.</summary>
    public CounterKind Kind => new(Subject, Unit, Window);

    /// <summary>How much, as counters count it.</summary>
    public long Most => Amounts.Of(Unit, Amount);

    /// <summary>From where on it is near.</summary>
    public long Near => (long)Math.Ceiling(Most * (decimal)SoftPercent / 100);
}

/// <summary>What happens to a call when a limit is reached.</summary>
internal static class LimitActions
{
    /// <summary>It is refused.</summary>
    public const string Block = "block";

    /// <summary>A cheaper model is asked.</summary>
    public const string Cheaper = "cheaper";

    /// <summary>It waits until there is room.</summary>
    public const string Queue = "queue";

    public static IReadOnlyList<string> All { get; } = [Block, Cheaper, Queue];
}

/// <summary>Amounts as counters count them: money in billionths of the base currency.</summary>
internal static class Amounts
{
    private const decimal Billion = 1_000_000_000;
    private const long Most = 9_000_000_000_000_000_000;

    public static long Of(string unit, decimal amount) => unit == LimitUnits.Money ? Money(amount) : (long)Math.Min(amount, Most);

    public static long Money(decimal? amount) => (long)Math.Clamp(Math.Round((amount ?? 0) * Billion, MidpointRounding.AwayFromZero), -Most, Most);

    /// <summary>As people are told.</summary>
    public static decimal Shown(string unit, long amount) => unit == LimitUnits.Money ? amount / Billion : amount;

    public static long Tokens(TokenCounts tokens) => (long)tokens.Input + tokens.Output;

    public static long Tokens(UsageReserved reservation) => (long)reservation.InputTokens + reservation.OutputTokens;

    /// <summary>What is put aside of a unit.</summary>
    public static long Of(string unit, UsageReserved reservation) => unit switch
    {
        LimitUnits.Requests => 1,
        LimitUnits.Tokens => Tokens(reservation),
        _ => Money(reservation.Cost),
    };

    /// <summary>What was taken of a unit.</summary>
    public static long Of(string unit, TokenCounts tokens, decimal? cost) => unit switch
    {
        LimitUnits.Requests => 1,
        LimitUnits.Tokens => Tokens(tokens),
        _ => Money(cost),
    };
}
