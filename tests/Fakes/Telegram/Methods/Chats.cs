using System.Text.Json.Nodes;

namespace Bus.Fakes.Telegram.Methods;

internal static class Chats
{
    private static readonly string[] Actions =
    [
        "typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice", "record_audio", "upload_audio",
        "upload_document", "choose_sticker", "find_location", "record_video_note", "upload_video_note",
    ];

    public static JsonNode GetMe(Request request)
    {
        var me = Wire.User(request.Bot.User);
        me["can_join_groups"] = request.Bot.CanJoinGroups;
        me["can_read_all_group_messages"] = request.Bot.SeesAllMessages;
        me["supports_inline_queries"] = false;
        me["can_connect_to_business"] = false;
        me["has_main_web_app"] = false;
        return me;
    }

    public static JsonNode GetChat(Request request)
    {
        var chat = Wire.Chat(request.Chat());
        chat["accent_color_id"] = 0;
        chat["max_reaction_count"] = 11;
        return chat;
    }

    public static JsonNode SendChatAction(Request request)
    {
        var chat = request.Chat();
        var action = request.Arguments.Text("action") ?? "";
        if (!Actions.Contains(action))
            throw Refusal.Bad("wrong parameter action in request");
        chat.Show(new FakeAction(request.Bot, action, request.Topic(chat), request.Telegram.Now));
        return true;
    }

    public static JsonNode AnswerCallbackQuery(Request request) => request.Telegram.EndCallback(request.Arguments.Text("callback_query_id") ?? "")
        ? true
        : throw Refusal.Bad("query is too old and response timeout expired or query ID is invalid");

    public static JsonNode SetMessageReaction(Request request) =>
        request.Chat().FindShown(request.Arguments.Long("message_id")) is null ? throw Refusal.Bad("message to react not found") : true;
}
