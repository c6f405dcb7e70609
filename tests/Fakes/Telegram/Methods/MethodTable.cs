using System.Text.Json.Nodes;

namespace Bus.Fakes.Telegram.Methods;

/// <summary>What there is to call. Names are found whatever their case, as Telegram does.</summary>
internal static class MethodTable
{
    private static readonly Dictionary<string, Func<Request, JsonNode?>> Methods = new(StringComparer.OrdinalIgnoreCase)
    {
        ["getMe"] = Chats.GetMe,
        ["getChat"] = Chats.GetChat,
        ["answerCallbackQuery"] = Chats.AnswerCallbackQuery,
        ["setMessageReaction"] = Chats.SetMessageReaction,
        ["sendChatAction"] = Chats.SendChatAction,
        ["sendMessageDraft"] = Drafts.SendMessageDraft,
        ["sendMessage"] = Messages.SendMessage,
        ["editMessageText"] = Messages.EditMessageText,
        ["sendPhoto"] = request => Media.Send(request, "photo"),
        ["sendDocument"] = request => Media.Send(request, "document"),
        ["sendVoice"] = request => Media.Send(request, "voice"),
        ["sendMediaGroup"] = Media.SendMediaGroup,
        ["getFile"] = Media.GetFile,
        ["editMessageCaption"] = Messages.EditMessageCaption,
        ["editMessageReplyMarkup"] = Messages.EditMessageReplyMarkup,
        ["deleteMessage"] = Messages.DeleteMessage,
        ["setMyCommands"] = Commands.SetMyCommands,
        ["getMyCommands"] = Commands.GetMyCommands,
        ["deleteMyCommands"] = Commands.DeleteMyCommands,
        ["setWebhook"] = Webhooks.SetWebhook,
        ["deleteWebhook"] = Webhooks.DeleteWebhook,
        ["getWebhookInfo"] = Webhooks.GetWebhookInfo,
    };

    public static async Task<JsonNode?> Run(Request request, string method)
    {
        if (method.Equals("getUpdates", StringComparison.OrdinalIgnoreCase))
            return await Polls.GetUpdates(request);
        return Methods.TryGetValue(method, out var run) ? request.Telegram.Locked(() => run(request)) : throw Refusal.NoMethod();
    }
}
