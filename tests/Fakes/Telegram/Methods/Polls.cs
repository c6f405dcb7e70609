using System.Text.Json.Nodes;

namespace Bus.Fakes.Telegram.Methods;

internal static class Polls
{
    private const int LongestWait = 50;

    public static async Task<JsonArray> GetUpdates(Request request)
    {
        var arguments = request.Arguments;
        if (request.Bot.Webhook is not null)
            throw Refusal.Conflict("can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first");
        Remember(request);
        var wait = request.Looseness.HasFlag(Looseness.NoWaiting) ? 0 : Math.Clamp(arguments.Long("timeout") ?? 0, 0, LongestWait);
        return await request.Bot.Updates.Take(arguments.Long("offset") ?? 0, (int)(arguments.Long("limit") ?? 0), TimeSpan.FromSeconds(wait), request.HungUp);
    }

    /// <summary>Without a list, what was asked for before stays.</summary>
    public static void Remember(Request request)
    {
        if (request.Arguments.Json("allowed_updates", "allowed_updates") is JsonArray kinds)
            request.Bot.Updates.Allowed = [.. kinds.Select(kind => kind!.ToString())];
    }
}
