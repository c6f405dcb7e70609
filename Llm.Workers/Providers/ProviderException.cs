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

    /// <summary>It hung up when it had the request, or some of it: nobody knows what it made of that.</summary>
    public bool MayHaveTaken { get; init; }

    /// <summary>The status that the provider answered with; null when it gave none.</summary>
    public int? Status { get; init; }

    /// <summary>What the provider says of a request that it refused, made harmless; null when that is nothing.</summary>
    public string? Words { get; init; }

    /// <summary>The member of the request that it refused, when it named one.</summary>
    public string? Parameter { get; init; }
}

/// <summary>Kinds of failure, by what can be done about them.</summary>
public enum ProviderFailure
{
    /// <summary>No connection could be had.</summary>
    Unreachable,

    /// <summary>No answer, or no more of it, came in time.</summary>
    TimedOut,

    /// <summary>Too many requests; the same one may pass later.</summary>
    RateLimited,

    /// <summary>The account has no credit left.</summary>
    NoCredit,

    /// <summary>The key is wrong, or may not do this.</summary>
    KeyRefused,

    /// <summary>There is no such model, or nothing at this address.</summary>
    UnknownModel,

    /// <summary>The prompt does not fit into the model's context.</summary>
    ContextOverflow,

    /// <summary>The provider does not want to answer this.</summary>
    ContentPolicy,

    /// <summary>The request is wrong, whoever is asked.</summary>
    Rejected,

    /// <summary>The provider is in trouble; the same request may pass later or elsewhere.</summary>
    Unavailable,

    /// <summary>The answer broke off, or was none that can be read.</summary>
    Broken,

    /// <summary>The answer had no text.</summary>
    Empty,
}
