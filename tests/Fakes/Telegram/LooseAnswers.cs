using System.Text.Json.Nodes;

namespace Bus.Fakes.Telegram;

/// <summary>Makes an answer of Telegram's into one of a server that is less exact.</summary>
internal static class LooseAnswers
{
    private static readonly string[] OfUpdates = ["message", "edited_message", "channel_post", "edited_channel_post", "inline_query", "callback_query", "my_chat_member", "chat_member"];
    private static readonly string[] OfMessages = ["text", "entities", "caption", "caption_entities", "reply_to_message", "message_thread_id", "is_topic_message", "edit_date", "media_group_id", "photo", "document", "voice", "reply_markup", "sender_chat", "via_bot", "new_chat_members", "migrate_to_chat_id", "migrate_from_chat_id"];
    private static readonly string[] OfPeople = ["last_name", "username", "language_code"];
    private static readonly string[] OfChats = ["title", "username", "first_name", "last_name", "is_forum"];

    public static JsonObject Loosen(JsonObject answer, Looseness looseness)
    {
        if (looseness.HasFlag(Looseness.NullResult))
            answer["result"] = null;
        if (looseness.HasFlag(Looseness.Milliseconds))
            ForEach(answer, InMilliseconds);
        if (looseness.HasFlag(Looseness.Nulls))
        {
            ForEach(answer, WithNulls);
            foreach (var name in (string[])["error_code", "description", "parameters"])
                answer.TryAdd(name, null);
        }

        return answer;
    }

    private static void ForEach(JsonNode? node, Action<JsonObject> change)
    {
        foreach (var inner in node switch { JsonObject fields => fields.Select(field => field.Value).ToList(), JsonArray items => [.. items], _ => [] })
            ForEach(inner, change);
        if (node is JsonObject found)
            change(found);
    }

    private static void InMilliseconds(JsonObject found)
    {
        foreach (var name in (string[])["date", "edit_date"])
        {
            if (found[name] is JsonValue value && value.TryGetValue(out long seconds))
                found[name] = seconds * 1000;
        }
    }

    private static void WithNulls(JsonObject found)
    {
        var missing = found.ContainsKey("update_id") ? OfUpdates
            : found.ContainsKey("message_id") ? OfMessages
            : found.ContainsKey("is_bot") ? OfPeople
            : found.ContainsKey("id") && found.ContainsKey("type") ? OfChats
            : [];
        foreach (var name in missing)
            found.TryAdd(name, null);
    }
}
