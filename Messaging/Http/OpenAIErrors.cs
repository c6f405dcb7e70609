using System.Text.Json.Serialization;

namespace Bus.Messaging.Http;

/// <summary>
/// Marks an endpoint whose errors have the form of OpenAI's, so that its clients understand them:
/// <c>{"error":{"message","type","param","code"}}</c> (https://platform.openai.com/docs/guides/error-codes).
/// </summary>
public sealed record OpenAIErrors
{
    /// <summary>An error in that form.</summary>
    /// <param name="status">The HTTP status.</param>
    /// <param name="message">Why, in words for people.</param>
    /// <param name="field">The member at fault.</param>
    /// <param name="code">A word for programs; that of the status when null.</param>
    public static OpenAIErrorBody Of(int status, string message, string? field, string? code) => new(new OpenAIError(
        message,
        status switch
        {
            401 => "authentication_error",
            403 => "permission_error",
            429 => code == "insufficient_quota" ? code : "rate_limit_error",
            >= 500 => "server_error",
            _ => "invalid_request_error",
        },
        field,
        code ?? status switch
        {
            401 => "invalid_api_key",
            429 => "rate_limit_exceeded",
            _ => null,
        },
        ProblemException.CurrentTraceId()));
}

/// <summary>The body of an answer that reports an error.</summary>
/// <param name="Error">The error.</param>
public sealed record OpenAIErrorBody([property: JsonPropertyName("error")] OpenAIError Error);

/// <summary>An error as OpenAI's clients read it.</summary>
/// <param name="Message">Why, in words for people.</param>
/// <param name="Type">Of which kind.</param>
/// <param name="Param">The member of the request at fault; null when it is none.</param>
/// <param name="Code">A word for programs; null when the type says enough.</param>
/// <param name="TraceId">The trace code; ours, and not OpenAI's.</param>
public sealed record OpenAIError(
    [property: JsonPropertyName("message")] string Message,
    [property: JsonPropertyName("type")] string Type,
    [property: JsonPropertyName("param")] string? Param,
    [property: JsonPropertyName("code")] string? Code,
    [property: JsonPropertyName("trace_id")] string TraceId);
