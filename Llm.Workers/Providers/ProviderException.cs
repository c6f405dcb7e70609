namespace Bus.Llm;

/// <summary>
/// A provider did not do what it was asked. The only exception that leaves a provider's client, besides that of a
/// cancellation; its message is for people and holds no key, nothing of the request and no stack trace. It has no inner
/// exception for the same reason.
/// </summary>
/// <param name="failure">What kind of failure.</param>
/// <param name="reason">Why, in words for people.</param>
/// <param name="retryAfter">How long the provider wants to be left alone, when it said so.</param>
public sealed class ProviderException(ProviderFailure failure, string reason, TimeSpan? retryAfter = null) : Exception(reason)
{
    /// <summary>What kind of failure.</summary>
    public ProviderFailure Failure { get; } = failure;

    /// <summary>How long the provider wants to be left alone, when it said so.</summary>
    public TimeSpan? RetryAfter { get; } = retryAfter;
}

/// <summary>Kinds of failure, by what can be done about them.</summary>
public enum ProviderFailure
{
    /// <summary>No connection could be had.</summary>
    Unreachable,

    /// <summary>Too many requests; the same one may pass later.</summary>
    RateLimited,

    /// <summary>Refused for good: the key, the account, the model or the request must change.</summary>
    Rejected,

    /// <summary>The provider is in trouble; the same request may pass later or elsewhere.</summary>
    Unavailable,

    /// <summary>The answer broke off, or was none that can be read.</summary>
    Broken,

    /// <summary>The answer had no text.</summary>
    Empty,
}
