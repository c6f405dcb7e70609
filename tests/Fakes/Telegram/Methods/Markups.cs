using System.Text;
using System.Text.Json.Nodes;

namespace Bus.Fakes.Telegram.Methods;

internal static class Markups
{
    private const int MostDataBytes = 64;

    private static readonly string[] Uses = ["callback_data", "url", "web_app", "login_url", "switch_inline_query", "switch_inline_query_current_chat", "copy_text", "callback_game", "pay"];

    public static JsonObject? Read(Request request)
    {
        var markup = request.Arguments.Json("reply_markup", "reply keyboard markup");
        if (markup is null)
            return null;
        if (markup is not JsonObject fields)
            throw Refusal.Bad("object expected as reply markup");
        if (fields["inline_keyboard"] is { } keyboard)
            Check(keyboard);
        return (JsonObject)fields.DeepClone();
    }

    private static void Check(JsonNode keyboard)
    {
        if (keyboard is not JsonArray rows || rows.Any(row => row is not JsonArray))
            throw Refusal.Bad("field \"inline_keyboard\" of the InlineKeyboardMarkup must be an Array of Arrays");
        foreach (var button in rows.SelectMany(row => row!.AsArray()))
        {
            if (button is not JsonObject fields || string.IsNullOrEmpty((string?)fields["text"]))
                throw Refusal.Bad("can't parse inline keyboard button: Field \"text\" must be of type String");
            if (!Uses.Any(fields.ContainsKey))
                throw Refusal.Bad("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard");
            if (fields["callback_data"] is { } data && Encoding.UTF8.GetByteCount((string)data!) is 0 or > MostDataBytes)
                throw Refusal.Bad("BUTTON_DATA_INVALID");
        }
    }
}
