using Bus.Llm.Catalog;
using Bus.Llm.Gateway;
using Bus.Messaging.Http;
using Microsoft.AspNetCore.Http;

namespace Bus.Llm.Completions;

/// <summary>What callers over HTTP are told of what went wrong: one catalogue for all of the gateway's endpoints.</summary>
internal static class GatewayErrors
{
    /// <summary>The answer to a failure; null when it is none of the gateway's.</summary>
    public static ProblemException? Of(Exception failure) => failure switch
    {
        CallBodyException bad => new ProblemException(StatusCodes.Status400BadRequest, bad.Message, bad.Member),
        ModelNotFoundException unknown => new ProblemException(StatusCodes.Status404NotFound, unknown.Message, "model") { Code = "model_not_found" },
        LimitException limit => OfLimit(limit),
        ProviderException provider => OfProvider(provider),
        _ => null,
    };

    private static ProblemException OfLimit(LimitException failure) =>
        new(StatusCodes.Status429TooManyRequests, $"{failure.Message} Try again later, or ask an administrator for more.")
        {
            Code = failure.Limit.Window == "minute" ? "rate_limit_exceeded" : "insufficient_quota",
            RetryAfter = failure.Limit.RetryAfter,
        };

    private static ProblemException OfProvider(ProviderException failure) => failure.Failure switch
    {
        ProviderFailure.Rejected => new ProblemException(
            failure.Status is >= 400 and < 500 and var status and not (401 or 402 or 403 or 407) ? status : StatusCodes.Status400BadRequest, failure.Words ?? failure.Message, failure.Parameter),
        ProviderFailure.ContextOverflow => new ProblemException(StatusCodes.Status400BadRequest, failure.Message, "messages") { Code = "context_length_exceeded" },
        ProviderFailure.ContentPolicy => new ProblemException(StatusCodes.Status400BadRequest, failure.Message) { Code = "content_filter" },
        ProviderFailure.RateLimited => new ProblemException(StatusCodes.Status429TooManyRequests, failure.Message)
        {
            Code = "rate_limit_exceeded",
            RetryAfter = failure.RetryAfter,
        },
        ProviderFailure.TimedOut => new ProblemException(StatusCodes.Status504GatewayTimeout, failure.Message) { Code = "provider_timeout" },
        // The caller's own key is good: what is refused is ours.
        _ => new ProblemException(StatusCodes.Status502BadGateway, failure.Message) { Code = $"provider_{AttemptFailures.Of(failure.Failure)}" },
    };
}
