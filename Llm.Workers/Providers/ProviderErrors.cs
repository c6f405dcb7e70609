using System.Text.Json;
using Bus.Contracts;

namespace Bus.Llm;

/// <summary>Turns whatever a provider did into one exception with words for people.</summary>
/// <param name="key">The key that it was asked with: it is in no words.</param>
/// <param name="request">The body of the request: nothing of what is said in it is in any words.</param>
/// <param name="time">The clock.</param>
internal sealed class ProviderErrors(string? key, ReadOnlyMemory<byte> request, TimeProvider time)
{
    private readonly byte[] repeated = RepeatedKey.Of(key);

    /// <summary>What the provider wrote, without the key that it was asked with.</summary>
    public ReadOnlyMemory<byte> WithoutKey(ReadOnlyMemory<byte> data) => RepeatedKey.Without(data, repeated);

    public static ProviderException NoConnection(Exception cause)
    {
        var failure = (cause as HttpRequestException) ?? cause.InnerException as HttpRequestException;
        return new ProviderException(ProviderFailure.Unreachable, failure switch
        {
            { InnerException: AddressException refused } => refused.Message,
            { HttpRequestError: HttpRequestError.NameResolutionError } => "The address of the model provider was not found.",
            { HttpRequestError: HttpRequestError.SecureConnectionError } => "No secure connection to the model provider could be made.",
            { HttpRequestError: HttpRequestError.ResponseEnded } => "The model provider hung up without an answer.",
            _ => "The model provider cannot be reached.",
        })
        { MayHaveTaken = failure is { HttpRequestError: HttpRequestError.ResponseEnded } or { HttpRequestError: HttpRequestError.Unknown, InnerException: IOException } };
    }

    public static ProviderException BrokeOff() => new(ProviderFailure.Broken, "The model's answer broke off.");

    public static ProviderException Unreadable() => new(ProviderFailure.Broken, "The model's answer cannot be read.");

    public static ProviderException NoAnswer() => new(ProviderFailure.Empty, "The model gave no answer.");

    public static ProviderException WebPage() =>
        new(ProviderFailure.Broken, "The model provider answered with a web page; its address is probably wrong.");

    public static ProviderException TooLate() => new(ProviderFailure.TimedOut, "The model did not answer in time.");

    /// <summary>The error in an answer whose status is none of success.</summary>
    public async Task<ProviderException> Refused(HttpResponseMessage response, Stream body, CancellationToken cancellationToken)
    {
        var error = await ReadError(body, cancellationToken);
        return Of((int)response.StatusCode, error, Llm.RetryAfter.Read(response.Headers, time));
    }

    /// <summary>The error that a piece of an answer reports; null when it reports none.</summary>
    public ProviderException? Reported(JsonElement piece, bool isError)
    {
        isError |= piece.Member("error").ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null or JsonValueKind.False)
            || piece.Member("object").Text() == "error";
        if (!isError)
            return null;
        var error = ProviderError.Read(piece);
        return Of(error.Status, error, null);
    }

    private ProviderException Of(int? status, ProviderError error, TimeSpan? retryAfter)
    {
        var harmless = ProviderWords.Harmless(error.Message, key, request);
        var words = harmless is null ? "." : $": {harmless}";
        var (failure, reason) = (status, error.Kind) switch
        {
            (402, _) or (_, ProviderErrorKind.NoCredit) => (ProviderFailure.NoCredit, "The account at the model provider has no credit left."),
            (401 or 403, not ProviderErrorKind.ContentPolicy) => (ProviderFailure.KeyRefused, $"The model provider refused our key ({status})."),
            (429, _) or (null, ProviderErrorKind.RateLimit) => (ProviderFailure.RateLimited, $"The model provider asks us to slow down{Later(retryAfter)}."),
            (_, ProviderErrorKind.ContextOverflow) => (ProviderFailure.ContextOverflow, $"The model's context is too small for this{words}"),
            (_, ProviderErrorKind.ContentPolicy) => (ProviderFailure.ContentPolicy, $"The model provider does not want to answer this{words}"),
            (404, _) => (ProviderFailure.UnknownModel, $"The model provider does not know this model or address (404){words}"),
            (408 or >= 500, _) => (ProviderFailure.Unavailable, $"The model provider is in trouble ({status}){words}"),
            ( >= 300 and < 400, _) => (ProviderFailure.UnknownModel, $"The model provider moved ({status}); its address is probably wrong."),
            (null, _) => (ProviderFailure.Broken, $"The model provider reported an error{words}"),
            _ => (ProviderFailure.Rejected, $"The model provider refused the request ({status}){words}"),
        };
        return new ProviderException(failure, reason, retryAfter) { Status = status, Words = harmless, Parameter = error.Parameter };
    }

    private static string Later(TimeSpan? retryAfter) =>
        retryAfter is { } wait ? $"; try again in {Math.Ceiling(wait.TotalSeconds):0} s" : "";

    private static async Task<ProviderError> ReadError(Stream body, CancellationToken cancellationToken)
    {
        try
        {
            using var json = JsonDocument.Parse(await body.ReadUpTo(Limits.LargestErrorBody, cancellationToken));
            return ProviderError.Read(json.RootElement);
        }
        catch (Exception e) when (e is JsonException or IOException or HttpRequestException)
        {
            return default;
        }
    }
}
