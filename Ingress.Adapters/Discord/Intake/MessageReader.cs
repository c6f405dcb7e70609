using System.Text.RegularExpressions;
using Bus.Contracts;
using Bus.Ingress.Discord.Api;
using Bus.Ingress.Discord.Bots;
using Bus.Ingress.Intake;

namespace Bus.Ingress.Discord.Intake;

/// <summary>What a message on Discord says, as all platforms say it.</summary>
internal static partial class MessageReader
{
    /// <summary>Messages of Discord are named by this, bot and id.</summary>
    public static readonly Guid Messages = new("b0a6e1f4-52c7-5a3d-9d0e-6c4f1b8a7e35");

    private const int LongestCommand = 32;

    /// <summary>The id of a message; the same message always has the same.</summary>
    public static Guid IdOf(string bot, string message) => Ids.From(Messages, bot, message);

    /// <summary>The message; null when nobody said anything in it, or a bot did: of bots that answer each other there would be no end.</summary>
    /// <param name="bot">The bot that heard it.</param>
    /// <param name="me">Who the bot is.</param>
    /// <param name="message">The message.</param>
    /// <param name="place">Where it is.</param>
    public static Said? Read(DiscordBot bot, DiscordUser me, DiscordMessage message, ChannelPlace place)
    {
        if (message is not { Id: { } id, Author: { Id: { } author, Bot: not true } by, WebhookId: null, IsSpeech: true })
            return null;
        var text = TextOf(message, me);
        var attachments = AttachmentsOf(message);
        if (text.Length == 0 && attachments.Count == 0 && !Mentions(message, me))
            return null;
        return new Said(
            IdOf(bot.Name, id), Platforms.Discord, bot.Name, Snowflake.Text(place.Channel.Id), place.Thread is { } thread ? Snowflake.Text(thread.Id) : null,
            author, NameOf(by, message.Member), null, text, place.IsPrivate,
            Mentions(message, me), message.ReferencedMessage?.Author?.Id == me.Id,
            new PlatformMessage(id, RepliesTo(message)), attachments, place.Guild, place.Category, message.Member?.Roles ?? []);
    }

    /// <summary>The message that a message replies to.</summary>
    public static string? RepliesTo(DiscordMessage message) =>
        message.MessageReference is { IsForward: false, MessageId: { } id } reference && (reference.ChannelId is null || reference.ChannelId == message.ChannelId) ? id : null;

    /// <summary>What somebody is called.</summary>
    public static string NameOf(DiscordUser user, GuildMember? member) => Clean(member?.Nick ?? user.GlobalName ?? user.Username ?? "");

    /// <summary>The command that a message is: <c>!name</c>, alone or behind the bot's name.</summary>
    public static CommandWords? CommandOf(Said said)
    {
        if (said.Text.Length < 2 || said.Text[0] != '!' || !char.IsAsciiLetter(said.Text[1]))
            return null;
        var end = said.Text.AsSpan().IndexOfAny(" \n\t");
        var name = (end < 0 ? said.Text : said.Text[..end])[1..];
        return name.Length > LongestCommand ? null : new CommandWords(name.ToLowerInvariant(), end < 0 ? "" : said.Text[end..].Trim(), said.IsMention);
    }

    /// <summary>The text with names in the place of ids, and without the bot's own at its ends: it is only how one turns to it.</summary>
    public static string TextOf(DiscordMessage message, DiscordUser me)
    {
        var given = message.Content is { Length: > 0 } content ? content
            : string.Join('\n', (message.MessageSnapshots ?? []).Select(snapshot => snapshot.Message?.Content).Where(text => !string.IsNullOrEmpty(text)));
        var names = (message.Mentions ?? []).Where(user => user.Id is not null).DistinctBy(user => user.Id).ToDictionary(user => user.Id!, user => NameOf(user, null));
        var own = me.Id is null ? given : OwnName(me.Id).Replace(given, "");
        return Clean(Emoji().Replace(User().Replace(own, match => names.TryGetValue(match.Groups[1].Value, out var name) ? $"@{name}" : match.Value), ":$1:"));
    }

    private static Regex OwnName(string id) => new($@"^\s*(?:<@!?{id}>\s*)+|\s*(?:<@!?{id}>\s*)+$", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);

    private static bool Mentions(DiscordMessage message, DiscordUser me) =>
        message.Mentions?.Any(user => user.Id == me.Id) == true && message.Content?.Contains($"{me.Id}>", StringComparison.Ordinal) == true;

    /// <summary>By channel, message and file Discord gives an address that is good for a day.</summary>
    private static List<Attachment> AttachmentsOf(DiscordMessage message) =>
    [
        .. (message.Attachments ?? []).Where(file => file.Id is not null).Select(file => new Attachment(
            KindOf(file), $"{message.ChannelId}/{message.Id}/{file.Id}", file.Id!, file.Filename is null ? null : Clean(file.Filename), file.ContentType, file.Size)),
        .. (message.StickerItems ?? []).Where(sticker => sticker.Id is not null)
            .Select(sticker => new Attachment(AttachmentKinds.Sticker, sticker.Id!, sticker.Id!, sticker.Name is null ? null : Clean(sticker.Name))),
    ];

    private static string KindOf(DiscordAttachment file) => file.ContentType?.Split('/')[0] switch
    {
        "image" => AttachmentKinds.Photo,
        "audio" => file.DurationSecs is null ? AttachmentKinds.Audio : AttachmentKinds.Voice,
        "video" => AttachmentKinds.Video,
        _ => AttachmentKinds.Document,
    };

    /// <summary>Without what the log cannot keep.</summary>
    private static string Clean(string text) => text.Replace('\0', '\uFFFD');

    [GeneratedRegex("<@!?([0-9]{1,20})>", RegexOptions.NonBacktracking)]
    private static partial Regex User();

    [GeneratedRegex("<a?:([A-Za-z0-9_]{1,64}):[0-9]{1,20}>", RegexOptions.NonBacktracking)]
    private static partial Regex Emoji();
}
