namespace Bus.Fakes.Telegram;

/// <summary>Someone in a chat: a person, or a bot as people see it.</summary>
public sealed record FakeUser(long Id, string FirstName, string? LastName = null, string? Username = null, string? LanguageCode = null)
{
    public bool IsBot { get; init; }

    /// <summary>Blocks a bot: it is told, and all it sends here is forbidden. The id of the update.</summary>
    public long Block(FakeBot bot) => bot.PrivateChat(this).ChangeMembership(bot, this, Membership.Kicked);

    /// <summary>Lets a bot write again. The id of the update.</summary>
    public long Unblock(FakeBot bot) => bot.PrivateChat(this).ChangeMembership(bot, this, Membership.Member);
}
