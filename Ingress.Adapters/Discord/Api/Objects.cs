using System.Text.Json;

namespace Bus.Ingress.Discord.Api;

// What of Discord's objects matters here (https://discord.com/developers/docs/reference). Any field may be missing or null.
// Ids are snowflakes: numbers of 64 bits, as text.

/// <summary>A person or a bot.</summary>
internal sealed record DiscordUser(string? Id, string? Username = null, string? GlobalName = null, bool? Bot = null);

/// <summary>Somebody in a guild.</summary>
internal sealed record GuildMember(string? Nick = null, IReadOnlyList<string>? Roles = null, DiscordUser? User = null);

/// <summary>A message.</summary>
internal sealed record DiscordMessage(
    string? Id,
    string? ChannelId,
    string? GuildId = null,
    DiscordUser? Author = null,
    GuildMember? Member = null,
    string? Content = null,
    int? Type = null,
    string? WebhookId = null,
    MessageReference? MessageReference = null,
    DiscordMessage? ReferencedMessage = null,
    IReadOnlyList<DiscordUser>? Mentions = null,
    IReadOnlyList<DiscordAttachment>? Attachments = null,
    IReadOnlyList<DiscordSticker>? StickerItems = null,
    IReadOnlyList<MessageSnapshot>? MessageSnapshots = null,
    IReadOnlyList<ComponentRow>? Components = null,
    string? EditedTimestamp = null)
{
    /// <summary>Something that somebody said, and not that somebody came, or pinned something.</summary>
    public bool IsSpeech => Type is null or MessageTypes.Usual or MessageTypes.Reply;
}

/// <summary>What a message is about.</summary>
internal static class MessageTypes
{
    /// <summary>Somebody says something.</summary>
    public const int Usual = 0;

    /// <summary>Somebody replies to something.</summary>
    public const int Reply = 19;
}

/// <summary>Another message that a message points at: by type 0 it replies to it, by type 1 it passes it on.</summary>
internal sealed record MessageReference(string? MessageId, string? ChannelId = null, int? Type = null, bool? FailIfNotExists = null)
{
    /// <summary>The message is no reply to it, but a copy of it.</summary>
    public bool IsForward => Type == 1;
}

/// <summary>A message that was passed on, as it was then.</summary>
internal sealed record MessageSnapshot(DiscordMessage? Message);

/// <summary>A file that came with a message. Its address is good for about a day.</summary>
internal sealed record DiscordAttachment(string? Id, string? Filename = null, string? ContentType = null, long? Size = null, string? Url = null, double? DurationSecs = null);

/// <summary>A sticker.</summary>
internal sealed record DiscordSticker(string? Id, string? Name = null);

/// <summary>A row of buttons.</summary>
internal sealed record ComponentRow(int Type, IReadOnlyList<Button>? Components = null);

/// <summary>A button.</summary>
internal sealed record Button(int Type, int? Style = null, string? Label = null, string? CustomId = null);

/// <summary>A channel, a thread, or a chat with one person.</summary>
internal sealed record DiscordChannel(
    string? Id, int? Type = null, string? GuildId = null, string? ParentId = null, string? LastMessageId = null, IReadOnlyList<DiscordUser>? Recipients = null);

/// <summary>A guild, which people call a server.</summary>
internal sealed record DiscordGuild(
    string? Id, bool? Unavailable = null, IReadOnlyList<DiscordChannel>? Channels = null, IReadOnlyList<DiscordChannel>? Threads = null);

/// <summary>Kinds of channels.</summary>
internal static class ChannelTypes
{
    /// <summary>A chat with one person.</summary>
    public const int Private = 1;

    /// <summary>No messages, but channels.</summary>
    public const int Category = 4;

    /// <summary>Threads of channels.</summary>
    public static bool IsThread(int? type) => type is 10 or 11 or 12;

    /// <summary>Channels of which only the threads hold messages.</summary>
    public static bool HoldsMessages(int? type) => type is not (Category or 14 or 15 or 16);
}

/// <summary>Where the gateway is, and how often a session may begin (https://discord.com/developers/docs/events/gateway#get-gateway-bot).</summary>
internal sealed record GatewayBot(string? Url, int? Shards, SessionStartLimit? SessionStartLimit);

/// <summary>How often a session may begin. <c>ResetAfter</c> is in milliseconds.</summary>
internal sealed record SessionStartLimit(int? Total, int? Remaining, long? ResetAfter, int? MaxConcurrency);

/// <summary>Somebody gave a command, or pressed a button.</summary>
internal sealed record Interaction(
    string? Id,
    string? ApplicationId,
    int? Type,
    string? Token,
    string? GuildId = null,
    string? ChannelId = null,
    GuildMember? Member = null,
    DiscordUser? User = null,
    InteractionData? Data = null,
    DiscordMessage? Message = null,
    DiscordChannel? Channel = null,
    string? Locale = null)
{
    /// <summary>Who did.</summary>
    public DiscordUser? By => Member?.User ?? User;
}

/// <summary>Which command, with what; or which button.</summary>
internal sealed record InteractionData(string? Name = null, IReadOnlyList<InteractionOption>? Options = null, string? CustomId = null);

/// <summary>What was given with a command.</summary>
internal sealed record InteractionOption(string? Name, JsonElement? Value = null);

/// <summary>Kinds of interactions.</summary>
internal static class InteractionTypes
{
    /// <summary>A command.</summary>
    public const int Command = 2;

    /// <summary>A button.</summary>
    public const int Component = 3;
}
