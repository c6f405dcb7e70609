using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Bus.Fakes.Discord.Rest;

/// <summary>What the answers tell about limits.</summary>
internal static class Limits
{
    private const string EdgePage = "<!DOCTYPE html><html><head><title>Error 1015</title></head><body><h1>You are being rate limited</h1></body></html>";

    /// <summary>The state of the bucket, with every answer where there is one.</summary>
    public static void Tell(FakeDiscord discord, HttpContext http, FakeCall call)
    {
        if (Buckets.LimitOf(call) is not { } limit)
            return;
        var (left, end) = discord.LimitsRate && discord.Faults.Limit.State(call) is { } state ? state : (limit.Calls - 1, discord.Now + limit.In);
        Tell(http, call, limit.Calls, left, end, (end - discord.Now).TotalSeconds);
    }

    public static async Task Refuse(FakeDiscord discord, HttpContext http, FakeCall call, TooManyCalls told, CancellationToken ended)
    {
        var headers = http.Response.Headers;
        headers.RetryAfter = ((int)Math.Ceiling(told.Seconds)).ToString(CultureInfo.InvariantCulture);
        if (told.Html)
        {
            await Answers.Send(http, 429, "text/html", EdgePage, ended);
            return;
        }

        var isGlobal = told.Scope == LimitScope.Global;
        headers["X-RateLimit-Scope"] = told.Scope switch { LimitScope.Global => "global", LimitScope.Shared => "shared", _ => "user" };
        if (isGlobal)
            headers["X-RateLimit-Global"] = "true";
        else
            Tell(http, call, Buckets.LimitOf(call)?.Calls ?? 1, 0, discord.Now.AddSeconds(told.Seconds), told.Seconds);
        var message = told.Scope == LimitScope.Shared ? "The resource is being rate limited." : "You are being rate limited.";
        await Answers.Send(http, 429, new JsonObject { ["message"] = message, ["retry_after"] = Math.Round(told.Seconds, 3), ["global"] = isGlobal }, ended);
    }

    private static void Tell(HttpContext http, FakeCall call, int limit, int left, DateTimeOffset end, double after)
    {
        var headers = http.Response.Headers;
        headers["X-RateLimit-Limit"] = limit.ToString(CultureInfo.InvariantCulture);
        headers["X-RateLimit-Remaining"] = left.ToString(CultureInfo.InvariantCulture);
        headers["X-RateLimit-Reset"] = (end.ToUnixTimeMilliseconds() / 1000.0).ToString("F3", CultureInfo.InvariantCulture);
        headers["X-RateLimit-Reset-After"] = Math.Max(0, after).ToString("F3", CultureInfo.InvariantCulture);
        headers["X-RateLimit-Bucket"] = Buckets.Hash(call);
    }
}
