using System.Text.Json.Nodes;

namespace Bus.Fakes.Telegram.Methods;

internal static class Messages
{
    private const string NotModified = "message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message";

    public static JsonNode SendMessage(Request request)
    {
        var text = TextReader.Read(request, "text", "entities");
        var message = Draft(request) with { Text = text.Text, Entities = text.Entities };
        return Post(request, message);
    }

    /// <summary>A message with all but its content.</summary>
    public static FakeMessage Draft(Request request)
    {
        var chat = request.Chat();
        var topic = request.Topic(chat);
        var replied = Replies.Read(request, chat);
        return new FakeMessage(0, request.Bot.User, request.Telegram.Now)
        {
            Topic = topic ?? (replied is null ? null : chat[replied.Value].Topic),
            ReplyTo = replied,
            Markup = Markups.Read(request),
        };
    }

    public static JsonNode Post(Request request, FakeMessage message)
    {
        var chat = request.Chat();
        return Wire.Message(chat, chat.Add(message, request.Bot));
    }

    public static JsonNode EditMessageText(Request request)
    {
        var (chat, message) = ToEdit(request);
        var text = TextReader.Read(request, "text", "entities");
        if (message.File is not null)
            throw Refusal.Bad("there is no text in the message to edit");
        return Change(chat, message, text, Markups.Read(request));
    }

    public static JsonNode EditMessageCaption(Request request)
    {
        var (chat, message) = ToEdit(request);
        return message.File is null
            ? throw Refusal.Bad("there is no caption in the message to edit")
            : Change(chat, message, Media.Caption(request), Markups.Read(request));
    }

    public static JsonNode EditMessageReplyMarkup(Request request)
    {
        var (chat, message) = ToEdit(request);
        return Change(chat, message, message.Formatted, Markups.Read(request));
    }

    public static JsonNode DeleteMessage(Request request)
    {
        var chat = request.Chat();
        var message = chat.FindShown(request.Arguments.Long("message_id")) ?? throw Refusal.Bad("message to delete not found");
        if (!chat.IsPrivate && message.From != request.Bot.User && chat.Memberships[request.Bot] != Membership.Administrator)
            throw Refusal.Bad("message can't be deleted");
        chat.Delete(message.Id);
        return true;
    }

    private static (FakeChat, FakeMessage) ToEdit(Request request)
    {
        var chat = request.Chat();
        var message = chat.FindShown(request.Arguments.Long("message_id")) ?? throw Refusal.Bad("message to edit not found");
        return message.From == request.Bot.User && message.Service is null ? (chat, message) : throw Refusal.Bad("message can't be edited");
    }

    private static JsonObject Change(FakeChat chat, FakeMessage message, FormattedText text, JsonObject? markup) =>
        text.IsSame(message.Formatted) && JsonNode.DeepEquals(markup, message.Markup)
            ? throw Refusal.Bad(NotModified)
            : Wire.Message(chat, chat.Change(message, text, markup));
}
