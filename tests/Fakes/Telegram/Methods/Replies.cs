using System.Text.Json.Nodes;

namespace Bus.Fakes.Telegram.Methods;

internal static class Replies
{
    /// <summary>The message replied to, in the older form of a plain number as well.</summary>
    public static long? Read(Request request, FakeChat chat)
    {
        var parameters = request.Arguments.Json("reply_parameters", "reply parameters") as JsonObject;
        var source = parameters is null ? request.Arguments : new Arguments(parameters, []);
        if (source.Long(parameters is null ? "reply_to_message_id" : "message_id") is not ({ } id and not 0))
            return null;
        if (chat.FindShown(id) is not null)
            return id;
        return source.Flag("allow_sending_without_reply") ? null : throw Refusal.Bad("message to be replied not found");
    }
}
