using System.Text.Json.Nodes;

namespace Bus.Fakes.Telegram;

/// <content>What happens to a chat itself.</content>
public sealed partial class FakeChat
{
    private static readonly FakeUser Owner = new(7_000_000, "Owner");

    /// <summary>Opens a topic of a forum. Its id, which is that of the message about it.</summary>
    public long AddTopic(string name)
    {
        if (!IsForum)
            throw new InvalidOperationException("Only a forum has topics.");
        return Telegram.Locked(() =>
        {
            var message = Add(new FakeMessage(0, Owner, Telegram.Now) { Service = new JsonObject { ["forum_topic_created"] = new JsonObject { ["name"] = name, ["icon_color"] = 7322096 } } });
            message = Replace(message with { Topic = message.Id });
            topics[message.Id] = name;
            Deliver("message", message);
            return message.Id;
        });
    }

    /// <summary>Deletes a topic with all that was said in it; bots are not told.</summary>
    public void DeleteTopic(long id)
    {
        Telegram.Locked(() => topics.Remove(id));
        foreach (var message in Messages.Where(message => message.Topic == id))
            Replace(message with { IsDeleted = true });
    }

    /// <summary>Brings a bot into a group, of which it is told.</summary>
    public void Add(FakeBot bot)
    {
        if (!bot.CanJoinGroups)
            throw new InvalidOperationException("It cannot join groups.");
        ChangeMembership(bot, Owner, Membership.Member);
        Announce(new JsonObject { ["new_chat_members"] = new JsonArray(Wire.User(bot.User)) });
    }

    /// <summary>Removes a bot from a group. The id of the update.</summary>
    public long Kick(FakeBot bot) => ChangeMembership(bot, Owner, Membership.Kicked);

    /// <summary>A bot that runs a group sees all in it and may delete. The id of the update.</summary>
    public long Promote(FakeBot bot) => ChangeMembership(bot, Owner, Membership.Administrator);

    /// <summary>Makes a supergroup of a group. Both are told; the old one is of no use any more.</summary>
    public FakeChat Migrate() => Telegram.Locked(() =>
    {
        if (Kind != "group")
            throw new InvalidOperationException("Only a group can become a supergroup.");
        var supergroup = Telegram.Supergroup(Title!, bots: []);
        foreach (var (bot, membership) in Memberships)
            supergroup.Memberships[bot] = membership;
        MigratedTo = supergroup;
        Announce(new JsonObject { ["migrate_to_chat_id"] = supergroup.Id });
        supergroup.Announce(new JsonObject { ["migrate_from_chat_id"] = Id });
        return supergroup;
    });

    internal long ChangeMembership(FakeBot bot, FakeUser by, Membership membership) => Telegram.Locked(() =>
    {
        var before = Memberships.TryGetValue(bot, out var known) ? known : Membership.Left;
        Memberships[bot] = membership;
        Telegram.Changes.Raise();
        return bot.Updates.Add("my_chat_member", new JsonObject
        {
            ["chat"] = Wire.Chat(this),
            ["from"] = Wire.User(by),
            ["date"] = Wire.Date(Telegram.Now),
            ["old_chat_member"] = Wire.Member(bot.User, before),
            ["new_chat_member"] = Wire.Member(bot.User, membership),
        });
    });

    private void Announce(JsonObject service) => Telegram.Locked(() =>
    {
        var message = Add(new FakeMessage(0, Owner, Telegram.Now) { Service = service });
        Deliver("message", message);
        return message.Id;
    });
}
