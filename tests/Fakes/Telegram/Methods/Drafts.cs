using System.Text.Json.Nodes;

namespace Bus.Fakes.Telegram.Methods;

internal static class Drafts
{
    public static JsonNode SendMessageDraft(Request request)
    {
        if (!request.Telegram.HasDrafts)
            throw Refusal.NoMethod();
        var chat = request.Chat();
        if (!chat.IsPrivate)
            throw Refusal.Bad("TEXTDRAFT_PEER_INVALID");
        if (request.Arguments.Long("draft_id") is not ({ } id and not 0))
            throw Refusal.Bad("draft_id must be non-zero");
        var text = TextReader.Read(request, "text", "entities", mayBeEmpty: true);
        chat.Show(new FakeDraft(id, text.Text, text.Entities, request.Topic(chat), request.Telegram.Now));
        return true;
    }
}
