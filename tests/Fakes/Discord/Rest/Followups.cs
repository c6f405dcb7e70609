using System.Globalization;
using System.Text.Json.Nodes;

namespace Bus.Fakes.Discord.Rest;

/// <summary>What is said after the first answer to an interaction, for a quarter of an hour.</summary>
internal static class Followups
{
    private const int OfCommand = 20;
    private const int OfReply = 19;
    private const int Command = 2;
    private const int Kept = FakeMessage.Suppressed | FakeMessage.Ephemeral | FakeMessage.Silent | FakeMessage.NewComponents;

    public static JsonNode? Create(Request request)
    {
        var interaction = Find(request);
        // What comes first ends the thinking, whatever it says about who may see it.
        var message = interaction.Response is { IsLoading: true, IsDeleted: false } thinking
            ? Messages.Change(request, thinking, NotEmpty(request))
            : FollowUp(request, interaction);
        return request.Asks("wait") || request.Call.Query.Count == 0 ? Wire.Message(message, interaction.Bot) : null;
    }

    public static JsonNode Get(Request request) => Wire.Message(Message(request), Find(request).Bot);

    public static JsonNode Edit(Request request) => Wire.Message(Messages.Change(request, Message(request), MessageBody.Read(request.Fields)), Find(request).Bot);

    public static JsonNode? Delete(Request request)
    {
        var message = Message(request);
        message.Channel.Delete(message.Id);
        return null;
    }

    /// <summary>Says it, as the response or after it.</summary>
    public static FakeMessage Say(Request request, FakeInteraction interaction, JsonObject data, bool isFirst)
    {
        var body = MessageBody.Read(data);
        var attachments = body.Keep(request.Discord, request.Call.Files, []);
        if (body.IsEmpty(attachments))
            throw Refusal.Empty();
        return interaction.Channel.Add(Draft(interaction, isFirst, (body.Flags ?? 0) & Kept) with
        {
            Text = body.Text ?? "",
            Embeds = body.Embeds ?? [],
            Components = body.Components ?? [],
            Attachments = attachments,
            Pings = Mentions.In(interaction.Channel, body.Text ?? "", interaction.Bot.User, null, body.AllowedMentions),
        });
    }

    /// <summary>Shows that the bot is thinking.</summary>
    public static FakeMessage Think(FakeInteraction interaction, int flags) =>
        interaction.Channel.Add(Draft(interaction, isFirst: true, (flags & FakeMessage.Ephemeral) | FakeMessage.Loading));

    private static FakeMessage Draft(FakeInteraction interaction, bool isFirst, int flags) => new(0, interaction.Channel, interaction.Bot.User, interaction.Bot.Discord.Now)
    {
        Type = isFirst && interaction.Type == Command ? OfCommand : OfReply,
        ReplyTo = isFirst ? interaction.MessageId : interaction.ResponseId,
        WebhookId = interaction.Bot.Id,
        Interaction = interaction,
        Flags = flags,
    };

    private static FakeMessage FollowUp(Request request, FakeInteraction interaction)
    {
        var message = Say(request, interaction, request.Fields, isFirst: false);
        interaction.FollowUp(message);
        return message;
    }

    private static MessageBody NotEmpty(Request request)
    {
        var body = MessageBody.Read(request.Fields);
        return body.IsEmpty([]) && request.Call.Files.Count == 0 ? throw Refusal.Empty() : body;
    }

    // Until it is acknowledged there is no such webhook, and after a quarter of an hour the token is worth nothing.
    private static FakeInteraction Find(Request request)
    {
        var interaction = request.Discord.FindInteraction(request.Call.Values["token"]);
        if (interaction is null || interaction.Bot.Id.ToString(CultureInfo.InvariantCulture) != request.Call.Values["application"] || interaction.IsExpired)
            throw Refusal.InvalidToken();
        return interaction.Acknowledged is null ? throw Refusal.UnknownWebhook() : interaction;
    }

    private static FakeMessage Message(Request request)
    {
        var interaction = Find(request);
        var id = request.Call.Values["message"] == "@original" ? interaction.ResponseId : request.Call.Id("message");
        return interaction.Channel.FindShown(id) is { } message && (message.Id == interaction.ResponseId || message.Interaction == interaction) ? message : throw Refusal.UnknownMessage();
    }
}
