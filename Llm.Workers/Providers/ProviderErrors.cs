using System.ClientModel.Primitives;
using System.Text.Json;
using Bus.Contracts;
using Microsoft.Extensions.AI;

namespace Bus.Llm;

/// <summary>Turns whatever a provider did into one exception with words for people.</summary>
internal sealed class ProviderErrors(string? key, IReadOnlyList<ChatMessage> prompt, TimeProvider time)
{
    public static ProviderException NoConnection(Exception cause) =>
        new(ProviderFailure.Unreachable, ((cause as HttpRequestException) ?? cause.InnerException as HttpRequestException) switch
        {
            { InnerException: AddressException refused } => refused.Message,
            { HttpRequestError: HttpRequestError.NameResolutionError } => "The address of the model provider was not found.",
            { HttpRequestError: HttpRequestError.SecureConnectionError } => "No secure connection to the model provider could be made.",
            { HttpRequestError: HttpRequestError.ResponseEnded } => "The model provider hung up without an answer.",
            _ => "The model provider cannot be reached.",
        });

    public static ProviderException BrokeOff() => new(ProviderFailure.Broken, "The model's answer broke off.");

    public static ProviderException Unreadable() => new(ProviderFailure.Broken, "The model's answer cannot be read.");

    public static ProviderException NoAnswer() => new(ProviderFailure.Empty, "The model gave no answer.");

    public static ProviderException WebPage() =>
        new(ProviderFailure.Broken, "The model provider answered with a web page; its address is probably wrong.");

    /// <summary>The error in an answer whose status is none of success.</summary>
    public async Task<ProviderException> Refused(PipelineResponse response, Stream body, CancellationToken cancellationToken)
    {
        var error = await ReadError(body, cancellationToken);
        return Of(response.Status, error, RetryAfter.Read(response.Headers, time));
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
        var words = ProviderWords.Harmless(error.Message, key, prompt) is { } said ? $": {said}" : ".";
        return (status, error.Code) switch
        {
            (402, _) or (_, "insufficient_quota" or "billing_hard_limit_reached") =>
                new(ProviderFailure.Rejected, "The account at the model provider has no credit left."),
            (401 or 403, _) => new(ProviderFailure.Rejected, $"The model provider refused our key ({status})."),
            (404, _) => new(ProviderFailure.Rejected, $"The model provider does not know this model or address (404){words}"),
            (429, _) or (null, "rate_limit_exceeded") =>
                new(ProviderFailure.RateLimited, $"The model provider asks us to slow down{Later(retryAfter)}.", retryAfter),
            (408 or >= 500, _) => new(ProviderFailure.Unavailable, $"The model provider is in trouble ({status}){words}", retryAfter),
            ( >= 300 and < 400, _) => new(ProviderFailure.Rejected, $"The model provider moved ({status}); its address is probably wrong."),
            (null, _) => new(ProviderFailure.Broken, $"The model provider reported an error{words}"),
            _ => new(ProviderFailure.Rejected, $"The model provider refused the request ({status}){words}"),
        };
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
        catch (Exception e) when (e is JsonException or IOException)
        {
            return default;
        }
    }
}
