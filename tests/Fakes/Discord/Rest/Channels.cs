using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Bus.Fakes.Discord.Rest;

internal static class Channels
{
    private const int MostName = 100;

    public static JsonNode Get(Request request) => Wire.Channel(request.Channel());

    public static JsonNode Open(Request request)
    {
        if (!ulong.TryParse(request.Fields["recipient_id"]?.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var id))
            throw Refusal.Invalid("recipient_id", "BASE_TYPE_REQUIRED", "This field is required");
        var user = request.Discord.FindUser(id) ?? throw Refusal.UnknownUser();
        return user.IsBot ? throw Refusal.ClosedToYou() : Wire.Channel(request.Bot.PrivateChannel(user));
    }

    public static JsonNode? Type(Request request)
    {
        request.Channel(Permissions.SendMessages).Show(new FakeTyping(request.Bot.User, request.Discord.Now));
        return null;
    }

    public static JsonNode StartThread(Request request)
    {
        var channel = request.Channel(Permissions.CreatePublicThreads);
        var name = request.Fields["name"]?.ToString();
        var errors = new FormErrors();
        errors.Measure("name", name, 1, MostName);
        errors.Throw();
        request.Status = StatusCodes.Status201Created;
        return Wire.Channel(channel.Guild!.AddThread(channel, name!, request.Bot));
    }
}
