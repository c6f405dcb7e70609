using Bus.Contracts;
using Bus.Messaging.Http;

namespace Bus.Llm.Metering.Limiting;

/// <summary>What limits may be.</summary>
internal static class LimitRules
{
    private const int UsualSoftPercent = 80;
    private const decimal Million = 1_000_000;
    private const int MoneyDigits = 9;

    private static readonly string[] Subjects =
        [LimitSubjects.User, LimitSubjects.Chat, LimitSubjects.ApiKey, LimitSubjects.Model, LimitSubjects.ProviderKey, LimitSubjects.All];

    /// <summary>A new limit.</summary>
    /// <exception cref="ProblemException">It cannot be as wanted; the field is named.</exception>
    public static Limit New(CreateLimitRequest wanted, DateTimeOffset now)
    {
        var subject = OneOf("subject", wanted.Subject, Subjects);
        var unit = OneOf("unit", wanted.Unit, LimitUnits.All);
        var action = OneOf("action", wanted.Action ?? LimitActions.Block, LimitActions.All);
        return new Limit(
            Guid.CreateVersion7(now), subject, SubjectId(subject, wanted.SubjectId), unit, OneOf("window", wanted.Window, LimitWindows.All),
            Amount(unit, wanted.Amount ?? throw ProblemException.Invalid("amount", "is missing.")), SoftPercent(wanted.SoftPercent ?? UsualSoftPercent), action,
            Fallback(action, wanted.Fallback), now, now);
    }

    /// <summary>A limit with some changes.</summary>
    /// <exception cref="ProblemException">It cannot be as wanted; the field is named.</exception>
    public static Limit Changed(Limit limit, ChangeLimitRequest wanted)
    {
        var action = OneOf("action", wanted.Action ?? limit.Action, LimitActions.All);
        return limit with
        {
            Amount = wanted.Amount is { } amount ? Amount(limit.Unit, amount) : limit.Amount,
            SoftPercent = SoftPercent(wanted.SoftPercent ?? limit.SoftPercent),
            Action = action,
            Fallback = Fallback(action, wanted.Fallback ?? (action == LimitActions.Cheaper ? limit.Fallback : null)),
        };
    }

    /// <summary>A subject.</summary>
    public static string Subject(string? given) => OneOf("subject", given, Subjects);

    /// <summary>Which of its kind a subject is; null: each of them.</summary>
    public static string? SubjectId(string subject, string? given) => (subject, given) switch
    {
        (_, null) => null,
        (LimitSubjects.All, _) => throw ProblemException.Invalid("subject_id", "must be left out for the subject all."),
        (LimitSubjects.User or LimitSubjects.Chat, _) => Text("subject_id", given, Limits.LongestLimitSubject),
        _ when Guid.TryParseExact(given, "D", out var id) => id.ToString(),
        _ => throw ProblemException.Invalid("subject_id", "must be the id of a key or model."),
    };

    private static decimal Amount(string unit, decimal amount)
    {
        if (amount is < 0 or > Limits.MostLimitMillions * Million)
            throw ProblemException.Invalid("amount", $"must be from 0 to {Limits.MostLimitMillions} million.");
        var digits = unit == LimitUnits.Money ? MoneyDigits : 0;
        return decimal.Round(amount, digits) == amount
            ? amount
            : throw ProblemException.Invalid("amount", digits == 0 ? "must be a whole number." : $"must have {digits} digits after the point at most.");
    }

    private static int SoftPercent(int percent) =>
        percent is >= 1 and <= 100 ? percent : throw ProblemException.Invalid("soft_percent", "must be from 1 to 100.");

    private static string? Fallback(string action, string? given) => (action, given) switch
    {
        (LimitActions.Cheaper, null) => throw ProblemException.Invalid("fallback", "is missing: it names the model or route to ask instead."),
        (LimitActions.Cheaper, _) => Text("fallback", given, Limits.LongestId),
        (_, null) => null,
        _ => throw ProblemException.Invalid("fallback", "is for the action cheaper only."),
    };

    private static string OneOf(string field, string? given, IReadOnlyList<string> names) =>
        given is not null && names.Contains(given) ? given : throw ProblemException.Invalid(field, $"must be one of: {string.Join(", ", names)}.");

    private static string Text(string field, string given, int longest) =>
        given.Length <= longest && !string.IsNullOrWhiteSpace(given) && !given.Any(char.IsControl)
            ? given
            : throw ProblemException.Invalid(field, $"must have 1 to {longest} characters, none of them control characters.");
}
