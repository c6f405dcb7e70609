using System.Text.Json;
using System.Text.RegularExpressions;

namespace Bus.Llm;

/// <summary>
/// An error as a provider reports it: <c>{"error":{"message","code","type"}}</c> by the book, but also with a bare text
/// as the error, without the frame, or with FastAPI's <c>detail</c>; the code may be a number, a text with a number or a name.
/// </summary>
/// <param name="Status">The HTTP status that the code names, if it does.</param>
/// <param name="Kind">What the code, the type or the words tell besides the status.</param>
/// <param name="Message">The provider's words, as they came.</param>
/// <param name="Parameter">The member of the request that it complains of, if it names one.</param>
internal readonly partial record struct ProviderError(int? Status, ProviderErrorKind Kind, string? Message, string? Parameter)
{
    private const int LongestParameter = 64;

    public static ProviderError Read(JsonElement body)
    {
        var error = body.Member("error") is { ValueKind: not JsonValueKind.Undefined } framed ? framed : body;
        var code = error.Member("code");
        var message = error.Text() ?? error.Member("message").Text() ?? body.Member("message").Text() ?? body.Member("detail").Text();
        return new ProviderError(
            (code.Code() ?? body.Member("code").Code()) is >= 300 and < 600 and var status ? status : null,
            KindOf(code.Code() is null ? code.Text() : null, error.Member("type").Text(), message),
            message,
            error.Member("param").Text() is { Length: <= LongestParameter } parameter && Plain().IsMatch(parameter) ? parameter : null);
    }

    private static ProviderErrorKind KindOf(string? code, string? type, string? message) => (code ?? type) switch
    {
        "insufficient_quota" or "billing_hard_limit_reached" or "credit_balance_exhausted" or "billing_not_active" => ProviderErrorKind.NoCredit,
        "rate_limit_exceeded" or "rate_limit_error" => ProviderErrorKind.RateLimit,
        "context_length_exceeded" or "string_above_max_length" or "exceed_context_size_error" => ProviderErrorKind.ContextOverflow,
        "content_filter" or "content_policy_violation" or "moderation_blocked" => ProviderErrorKind.ContentPolicy,
        _ when type == "insufficient_quota" => ProviderErrorKind.NoCredit,
        // Servers that have no code for it all say it in about the same words.
        _ when message is not null && TooLong().IsMatch(message) => ProviderErrorKind.ContextOverflow,
        _ => ProviderErrorKind.None,
    };

    [GeneratedRegex(@"context_length_exceeded|exceeds? the (?:available |maximum |model's )?context|maximum context length|context (?:size|length|window) (?:is )?exceeded|prompt is too long|context shift is disabled", RegexOptions.IgnoreCase)]
    private static partial Regex TooLong();

    [GeneratedRegex(@"^[\w.\[\]]+$")]
    private static partial Regex Plain();
}

/// <summary>What an error tells besides its status.</summary>
internal enum ProviderErrorKind
{
    None,
    NoCredit,
    RateLimit,
    ContextOverflow,
    ContentPolicy,
}
