using Bus.Contracts;

namespace Bus.Ingress.Intake;

/// <summary>What somebody said on a platform, before it is decided what becomes of it.</summary>
/// <param name="MessageId">Follows from the platform's own id of the message.</param>
/// <param name="Platform">A name of <see cref="Platforms"/>.</param>
/// <param name="Bot">The bot that heard it.</param>
/// <param name="Chat">The chat.</param>
/// <param name="Topic">The topic or thread in it.</param>
/// <param name="Author">The platform's own id of who said it.</param>
/// <param name="Name">The name that they chose.</param>
/// <param name="Language">Their language, if the platform tells, as IETF tag.</param>
/// <param name="Text">What they said.</param>
/// <param name="IsPrivate">Nobody else is there.</param>
/// <param name="IsMention">The bot is named in it.</param>
/// <param name="IsReplyToBot">It replies to something that the bot said.</param>
/// <param name="Sent">The message on its platform.</param>
/// <param name="Attachments">What came with it.</param>
/// <param name="Guild">The guild that the chat is in.</param>
/// <param name="Category">The category that the chat is in.</param>
/// <param name="Roles">What the author is there.</param>
internal sealed record Said(
    Guid MessageId,
    string Platform,
    string Bot,
    string Chat,
    string? Topic,
    string Author,
    string Name,
    string? Language,
    string Text,
    bool IsPrivate,
    bool IsMention,
    bool IsReplyToBot,
    PlatformMessage Sent,
    IReadOnlyList<Attachment> Attachments,
    string? Guild = null,
    string? Category = null,
    IReadOnlyList<string>? Roles = null)
{
    /// <summary>The places that settings can be made for, the widest first.</summary>
    public IReadOnlyList<Settings.SettingScope> Scopes() => Settings.SettingScope.Of(Platform, Bot, Chat, Topic, Author, Guild, Category);

    /// <summary>The chat, and what it is in.</summary>
    public IEnumerable<string> Places => new[] { Chat, Topic, Category, Guild }.OfType<string>();

    /// <summary>Where it was said.</summary>
    public Origin Origin => new(Platform, Bot, Chat, Topic, Guild: Guild);
}
