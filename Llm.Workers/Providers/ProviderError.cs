using System.Text.Json;

namespace Bus.Llm;

/// <summary>
/// An error as a provider reports it: <c>{"error":{"message","code","type"}}</c> by the book, but also with a bare text
/// as the error, without the frame, or with FastAPI's <c>detail</c>; the code may be a number, a text with a number or a name.
/// </summary>
/// <param name="Status">The HTTP status that the code names, if it does.</param>
/// <param name="Code">The code or type, when it is a name.</param>
/// <param name="Message">The provider's words, as they came.</param>
internal readonly record struct ProviderError(int? Status, string? Code, string? Message)
{
    public static ProviderError Read(JsonElement body)
    {
        var error = body.Member("error") is { ValueKind: not JsonValueKind.Undefined } framed ? framed : body;
        var code = error.Member("code");
        return new ProviderError(
            (code.Code() ?? body.Member("code").Code()) is >= 300 and < 600 and var status ? status : null,
            code.Code() is null ? code.Text() ?? error.Member("type").Text() : error.Member("type").Text(),
            error.Text() ?? error.Member("message").Text() ?? body.Member("message").Text() ?? body.Member("detail").Text());
    }
}
