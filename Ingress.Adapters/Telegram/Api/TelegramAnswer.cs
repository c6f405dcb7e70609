using System.Text.Json;
using Bus.Contracts;
using Bus.Ingress.Delivery;

namespace Bus.Ingress.Telegram.Api;

/// <summary>The frame around every answer (https://core.telegram.org/bots/api#making-requests), and what it says when something went wrong.</summary>
internal static class TelegramAnswer
{
    /// <summary>The result of a call that went well; null when the server gives none.</summary>
    /// <param name="status">The HTTP status.</param>
    /// <param name="body">The body.</param>
    /// <param name="options">How JSON is read.</param>
    /// <exception cref="TelegramException">It did not go well, or nobody can tell.</exception>
    public static T? Read<T>(int status, ReadOnlySpan<byte> body, JsonSerializerOptions options)
    {
        Frame? frame;
        try
        {
            frame = JsonSerializer.Deserialize<Frame>(body, options);
            if (frame is { Ok: true })
                return frame.Result is { ValueKind: not (JsonValueKind.Null or JsonValueKind.Undefined) } result ? result.Deserialize<T>(options) : default;
        }
        catch (Exception failure) when (failure is JsonException or NotSupportedException)
        {
            // Proxies answer with pages of their own.
            frame = null;
        }

        throw Failure(status, frame);
    }

    private static TelegramException Failure(int status, Frame? frame)
    {
        var code = frame?.ErrorCode ?? status;
        var description = Words(frame?.Description) ?? $"Telegram answers with status {status}.";
        var problem = code switch
        {
            401 => PlatformProblem.WrongToken,
            403 => PlatformProblem.Forbidden,
            // An unknown token is "Not Found", an unknown method "Not Found: method not found".
            404 when description.Contains("method", StringComparison.OrdinalIgnoreCase) => PlatformProblem.NoSuchMethod,
            404 when frame?.Description is "Not Found" => PlatformProblem.WrongToken,
            409 => PlatformProblem.Conflict,
            429 => PlatformProblem.TooMany,
            >= 400 and < 500 when frame is not null => PlatformProblem.Refused,
            _ => PlatformProblem.Unknown,
        };
        return new TelegramException(problem, description)
        {
            RetryAfter = problem == PlatformProblem.TooMany ? RetryAfter(frame?.Parameters) : null,
            MigrateToChatId = frame?.Parameters?.MigrateToChatId,
        };
    }

    private static TimeSpan RetryAfter(Parameters? parameters) =>
        TimeSpan.FromSeconds(Math.Clamp(parameters?.RetryAfter ?? 1, 1, Limits.LongestProviderRetryAfter.TotalSeconds));

    /// <summary>On one line, and not for ever.</summary>
    private static string? Words(string? given) => given is null
        ? null
        : string.Concat(given.Select(c => char.IsControl(c) ? ' ' : c).Take(Limits.LongestProviderWords));

    private sealed record Frame(bool? Ok, JsonElement? Result, int? ErrorCode, string? Description, Parameters? Parameters);

    private sealed record Parameters(double? RetryAfter, long? MigrateToChatId);
}
