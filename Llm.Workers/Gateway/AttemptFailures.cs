namespace Bus.Llm.Gateway;

/// <summary>Why attempts fail, as the ledger and the health of keys name it.</summary>
internal static class AttemptFailures
{
    public const string RateLimit = "rate_limit";
    public const string Timeout = "timeout";
    public const string Unreachable = "unreachable";
    public const string NoCredit = "no_credit";
    public const string KeyRefused = "key_refused";
    public const string UnknownModel = "unknown_model";
    public const string ContextOverflow = "context_overflow";
    public const string ContentPolicy = "content_policy";
    public const string Rejected = "rejected";
    public const string Unavailable = "unavailable";
    public const string Broken = "broken";

    /// <summary>The word for a failure.</summary>
    public static string Of(ProviderFailure failure) => failure switch
    {
        ProviderFailure.RateLimited => RateLimit,
        ProviderFailure.TimedOut => Timeout,
        ProviderFailure.Unreachable => Unreachable,
        ProviderFailure.NoCredit => NoCredit,
        ProviderFailure.KeyRefused => KeyRefused,
        ProviderFailure.UnknownModel => UnknownModel,
        ProviderFailure.ContextOverflow => ContextOverflow,
        ProviderFailure.ContentPolicy => ContentPolicy,
        ProviderFailure.Rejected => Rejected,
        ProviderFailure.Unavailable => Unavailable,
        _ => Broken,
    };
}
