using System.Text.Json.Nodes;

namespace Bus.Fakes.Discord.Rest;

/// <summary>Messages of a bot, as a bot sends and changes them.</summary>
internal static class Messages
{
    private const int LongestNonce = 25;
    private const int OldEditsExhausted = 30046;
    private static readonly TimeSpan NonceLifetime = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    public static JsonNode Create(Request request)
    {
        var channel = request.Channel(Permissions.SendMessages);
        var nonce = NonceOf(request);
        if (Known(request, nonce) is { } known)
            return known;
        var body = MessageBody.Read(request.Fields);
        var replied = Replied(request, channel);
        if (request.Call.Files.Count > 0 && !channel.IsPrivate && !channel.PermissionsOf(request.Bot).HasFlag(Permissions.AttachFiles))
            throw Refusal.MissingPermissions();
        var attachments = body.Keep(request.Discord, request.Call.Files, []);
        if (body.IsEmpty(attachments))
            throw Refusal.Empty();
        var message = channel.Add(new FakeMessage(0, channel, request.Bot.User, request.Discord.Now)
        {
            Text = body.Text ?? "",
            Type = replied is null ? 0 : 19,
            ReplyTo = replied,
            Nonce = nonce,
            Embeds = body.Embeds ?? [],
            Components = body.Components ?? [],
            Attachments = attachments,
            Flags = (body.Flags ?? 0) & (FakeMessage.Suppressed | FakeMessage.Silent | FakeMessage.NewComponents),
            Pings = Mentions.In(channel, body.Text ?? "", request.Bot.User, replied, body.AllowedMentions),
        });
        if (nonce is not null)
            request.Bot.Nonces[nonce] = (request.Discord.Now, message);
        return Wire.Message(message, request.Bot, withNonce: true);
    }

    public static JsonNode Get(Request request)
    {
        var message = request.Message(request.Channel(Permissions.ReadMessageHistory));
        return Wire.Message(message, request.Bot);
    }

    public static JsonNode Edit(Request request)
    {
        var message = Own(request);
        if (request.Discord.OldEditsLeft is { } left && message.At + Hour < request.Discord.Now)
        {
            if (left <= 0)
                throw new Refusal(429, OldEditsExhausted, "Maximum number of edits to messages older than 1 hour reached. Try again later");
            request.Discord.OldEditsLeft = left - 1;
        }

        return Wire.Message(Change(request, message, MessageBody.Read(request.Fields)), request.Bot);
    }

    /// <summary>What the body is silent about stays.</summary>
    public static FakeMessage Change(Request request, FakeMessage message, MessageBody body)
    {
        var attachments = body.Keep(request.Discord, request.Call.Files, message.Attachments);
        var changed = message with
        {
            Text = body.Text ?? message.Text,
            Embeds = body.Embeds ?? message.Embeds,
            Components = body.Components ?? message.Components,
            Attachments = attachments,
            Flags = (body.Flags is { } flags ? (message.Flags & ~FakeMessage.Suppressed) | (flags & (FakeMessage.Suppressed | FakeMessage.NewComponents)) : message.Flags) & ~FakeMessage.Loading,
            Pings = Mentions.In(message.Channel, body.Text ?? message.Text, message.Author, message.ReplyTo, body.AllowedMentions),
        };
        if (changed.Text.Length == 0 && changed.Embeds.Count == 0 && changed.Attachments.Count == 0 && (changed.Flags & FakeMessage.NewComponents) == 0)
            throw Refusal.Empty();
        return message.Channel.Change(message, changed);
    }

    public static JsonNode? Delete(Request request)
    {
        var channel = request.Channel();
        var message = request.Message(channel);
        if (message.Author.Id != request.Bot.Id && (channel.IsPrivate || !channel.PermissionsOf(request.Bot).HasFlag(Permissions.ManageMessages)))
            throw channel.IsPrivate ? new Refusal(403, 50003, "Cannot execute action on a DM channel") : Refusal.MissingPermissions();
        channel.Delete(message.Id);
        return null;
    }

    public static JsonNode? BulkDelete(Request request)
    {
        var channel = request.Channel(Permissions.ManageMessages);
        channel.BulkDelete([.. (request.Fields["messages"] as JsonArray ?? []).Select(id => ulong.Parse((string)id!, System.Globalization.CultureInfo.InvariantCulture)).Where(id => channel.FindShown(id) is not null)]);
        return null;
    }

    private static FakeMessage Own(Request request)
    {
        var message = request.Message(request.Channel());
        return message.Author.Id == request.Bot.Id ? message : throw Refusal.NotYours();
    }

    private static string? NonceOf(Request request)
    {
        var nonce = request.Fields["nonce"]?.ToString();
        return nonce?.Length > LongestNonce ? throw Refusal.Invalid("nonce", "NONCE_TYPE_TOO_LONG", $"Nonce cannot be longer than {LongestNonce} characters.") : nonce;
    }

    // One that was deleted since is not made anew either: whoever asks is told that there is none.
    private static JsonObject? Known(Request request, string? nonce)
    {
        if (nonce is null || request.Fields["enforce_nonce"] is not JsonValue value || !value.TryGetValue(out bool isEnforced) || !isEnforced)
            return null;
        if (!request.Bot.Nonces.TryGetValue(nonce, out var known) || known.At + NonceLifetime < request.Discord.Now)
            return null;
        var message = known.Message.Channel.FindShown(known.Message.Id) ?? throw Refusal.UnknownMessage();
        return Wire.Message(message, request.Bot, withNonce: true);
    }

    private static ulong? Replied(Request request, FakeChannel channel)
    {
        if (request.Fields["message_reference"] is not JsonObject reference)
            return null;
        if (!channel.IsPrivate && !channel.PermissionsOf(request.Bot).HasFlag(Permissions.ReadMessageHistory))
            throw new Refusal(403, 160002, "Cannot reply without permission to read message history");
        if (ulong.TryParse(reference["message_id"]?.ToString(), out var id) && channel.FindShown(id) is { IsEphemeral: false } replied)
            return replied.Type is 0 or 19 or 20 or 23 ? id : throw Refusal.Invalid("message_reference", "REPLIES_CANNOT_REPLY_TO_SYSTEM_MESSAGE", "Cannot reply to a system message");
        return reference["fail_if_not_exists"] is JsonValue value && value.TryGetValue(out bool fails) && !fails
            ? null
            : throw Refusal.Invalid("message_reference", "MESSAGE_REFERENCE_UNKNOWN_MESSAGE", "Unknown message");
    }
}
