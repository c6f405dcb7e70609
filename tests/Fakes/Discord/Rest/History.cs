using System.Globalization;
using System.Text.Json.Nodes;

namespace Bus.Fakes.Discord.Rest;

/// <summary>Looking back. Newest first, whichever way is looked: what follows a message is the oldest that follow it, in that order too.</summary>
internal static class History
{
    private const int Usual = 50;
    private const int Most = 100;

    public static JsonNode Get(Request request)
    {
        var channel = request.Channel();
        var limit = request.Number("limit", 1, Most) ?? Usual;
        // Not a refusal: whoever may not read the history finds none.
        if (!channel.IsPrivate && !channel.PermissionsOf(request.Bot).HasFlag(Permissions.ReadMessageHistory))
            return new JsonArray();
        var shown = channel.Visible;
        IEnumerable<FakeMessage> chosen;
        if (Id(request, "around") is { } around)
            chosen = [.. shown.Where(message => message.Id <= around).TakeLast((limit / 2) + 1), .. shown.Where(message => message.Id > around).Take(limit - (limit / 2) - 1)];
        else if (Id(request, "before") is { } before)
            chosen = shown.Where(message => message.Id < before).TakeLast(limit);
        else if (Id(request, "after") is { } after)
            chosen = shown.Where(message => message.Id > after).Take(limit);
        else
            chosen = shown.TakeLast(limit);
        return new JsonArray([.. chosen.Reverse().Select(message => Wire.Message(message, request.Bot))]);
    }

    private static ulong? Id(Request request, string name)
    {
        if (!request.Call.Query.TryGetValue(name, out var text))
            return null;
        return ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : throw Refusal.Invalid(name, "NUMBER_TYPE_COERCE", $"Value \"{text}\" is not snowflake.");
    }
}
