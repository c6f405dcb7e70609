using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Bus.Fakes.Telegram.Methods;

internal static partial class Webhooks
{
    private const int UsualConnections = 40;

    /// <summary>Unlike Telegram's own, any port of plain HTTP will do.</summary>
    public static JsonNode SetWebhook(Request request)
    {
        var arguments = request.Arguments;
        if (arguments.Text("url") is not { Length: > 0 } url)
            return DeleteWebhook(request);
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address))
            throw Refusal.Bad("bad webhook: invalid URL specified");
        var secret = arguments.Text("secret_token");
        if (secret is { Length: > 0 } && !Secret().IsMatch(secret))
            throw Refusal.Bad("secret token contains unallowed characters");
        Polls.Remember(request);
        DeleteWebhook(request);
        request.Bot.Updates.EndPoll("terminated by setWebhook request");
        request.Bot.Webhook = new Webhook(request.Bot, address, secret is { Length: > 0 } ? secret : null, (int)(arguments.Long("max_connections") ?? UsualConnections));
        return true;
    }

    public static JsonNode DeleteWebhook(Request request)
    {
        if (request.Arguments.Flag("drop_pending_updates"))
            request.Bot.Updates.Drop();
        request.Bot.Webhook?.Close();
        request.Bot.Webhook = null;
        return true;
    }

    public static JsonNode GetWebhookInfo(Request request)
    {
        var webhook = request.Bot.Webhook;
        var info = new JsonObject
        {
            ["url"] = webhook?.Url.OriginalString ?? "",
            ["has_custom_certificate"] = false,
            ["pending_update_count"] = request.Bot.Updates.Count,
        };
        if (webhook is not null)
            info["max_connections"] = webhook.MaxConnections;
        if (webhook?.LastError is { } error)
        {
            info["last_error_date"] = Wire.Date(error.At);
            info["last_error_message"] = error.Message;
        }

        if (request.Bot.Updates.Allowed is { Count: > 0 } kinds)
            info["allowed_updates"] = new JsonArray([.. kinds.Select(kind => (JsonNode)kind)]);
        return info;
    }

    [GeneratedRegex("^[A-Za-z0-9_-]{1,256}$")]
    private static partial Regex Secret();
}
