using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using Bus.Contracts;
using Bus.Ingress.Delivery;

namespace Bus.Ingress.Discord.Api;

/// <summary>What an answer of Discord's says about limits and about what went wrong. Proxies before it answer with pages of their own.</summary>
internal static class DiscordAnswer
{
    // https://discord.com/developers/docs/topics/opcodes-and-status-codes#json
    private const int UnknownChannel = 10003;
    private const int TooManyEditsOfOldMessage = 30046;

    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(50);

    /// <summary>What the headers say of the limit of the call.</summary>
    public static LimitHeaders Limit(HttpResponseHeaders headers) => new(
        Text(headers, "X-RateLimit-Bucket"), (int?)Number(headers, "X-RateLimit-Limit"), (int?)Number(headers, "X-RateLimit-Remaining"),
        Number(headers, "X-RateLimit-Reset-After") is { } seconds ? Wait(seconds) : null);

    /// <summary>What went wrong.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="body">Its body, as far as it was read.</param>
    /// <param name="isBots">It was called as the bot, and not with the token of an interaction.</param>
    public static DiscordException Failure(HttpResponseMessage response, ReadOnlySpan<byte> body, bool isBots)
    {
        var (status, error) = ((int)response.StatusCode, Read(body));
        var words = Words(error?.Message) is { } given ? $"{given} ({status}{(error!.Code > 0 ? $", code {error.Code}" : "")})" : $"Discord answers with status {status}.";
        if (status == 429 && error?.Code != TooManyEditsOfOldMessage)
        {
            var isGlobal = error?.Global ?? Text(response.Headers, "X-RateLimit-Global") is "true";
            return new DiscordException(PlatformProblem.TooMany, words) { Code = error?.Code ?? 0, IsGlobal = isGlobal, RetryAfter = RetryAfter(response, error) };
        }

        var problem = (status, error?.Code) switch
        {
            (_, UnknownChannel) => PlatformProblem.Forbidden,
            (401, _) when isBots => PlatformProblem.WrongToken,
            (403, _) when isBots && error is not null => PlatformProblem.Forbidden,
            ( >= 400 and < 500, _) when error is not null => PlatformProblem.Refused,
            _ => PlatformProblem.Unknown,
        };
        return new DiscordException(problem, words) { Code = error?.Code ?? 0 };
    }

    private static TimeSpan RetryAfter(HttpResponseMessage response, Error? error) =>
        Wait(error?.RetryAfter ?? response.Headers.RetryAfter?.Delta?.TotalSeconds ?? Number(response.Headers, "X-RateLimit-Reset-After") ?? 1);

    private static TimeSpan Wait(double seconds) => double.IsFinite(seconds)
        ? TimeSpan.FromSeconds(Math.Clamp(seconds, ShortestWait.TotalSeconds, Limits.LongestProviderRetryAfter.TotalSeconds))
        : Limits.ShortestRetryAfter;

    private static string? Text(HttpResponseHeaders headers, string name) => headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;

    private static double? Number(HttpResponseHeaders headers, string name) =>
        double.TryParse(Text(headers, name), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static Error? Read(ReadOnlySpan<byte> body)
    {
        try
        {
            return JsonSerializer.Deserialize<Error>(body, DiscordApi.Json);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>On one line, and not for ever.</summary>
    private static string? Words(string? given) => given is null
        ? null
        : string.Concat(given.Select(c => char.IsControl(c) ? ' ' : c).Take(Limits.LongestProviderWords));

    private sealed record Error(string? Message = null, int Code = 0, double? RetryAfter = null, bool? Global = null);
}
