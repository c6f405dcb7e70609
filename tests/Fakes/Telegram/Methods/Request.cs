namespace Bus.Fakes.Telegram.Methods;

/// <summary>A call to be done, and what nearly every method needs of it.</summary>
internal sealed record Request(FakeTelegram Telegram, FakeBot Bot, Arguments Arguments, Looseness Looseness, CancellationToken HungUp)
{
    /// <summary>The chat, if the bot may do something in it.</summary>
    public FakeChat Chat()
    {
        if (Arguments.Text("chat_id") is not { Length: > 0 } id)
            throw Refusal.Bad("chat_id is empty");
        var chat = Telegram.FindChat(Bot, id) ?? throw Refusal.Bad("chat not found");
        if (chat.MigratedTo is { } moved)
            throw new Refusal(400, "Bad Request: group chat was upgraded to a supergroup chat", new() { ["migrate_to_chat_id"] = moved.Id });
        return Telegram.Locked(() => chat.Memberships.TryGetValue(Bot, out var known) ? known : Membership.Left) switch
        {
            Membership.Kicked when chat.IsPrivate => throw Refusal.Forbidden("bot was blocked by the user"),
            Membership.Kicked => throw Refusal.Forbidden($"bot was kicked from the {chat.Kind} chat"),
            Membership.Left => throw Refusal.Forbidden($"bot is not a member of the {chat.Kind} chat"),
            _ => chat,
        };
    }

    /// <summary>Where in the chat; a topic that is not there is refused.</summary>
    public long? Topic(FakeChat chat)
    {
        if (Arguments.Long("message_thread_id") is not ({ } topic and not 0))
            return null;
        var isThere = chat.IsForum ? Telegram.Locked(() => chat.TopicName(topic)) is not null : chat.Kind == "supergroup" && chat.FindShown(topic) is not null;
        return isThere ? topic : throw Refusal.Bad("message thread not found");
    }
}
