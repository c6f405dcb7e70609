namespace Bus.Fakes.Discord;

/// <content>What people do in a channel.</content>
public sealed partial class FakeChannel
{
    /// <summary>The longest that people may write; a longer text is sent as a file, as Discord's own clients do.</summary>
    private const int MostOfPeople = 2000;

    /// <summary>Says something. Mentions in it call who they name. The id of the message.</summary>
    public ulong Say(FakeUser user, string text, ulong? replyTo = null, params IReadOnlyList<FakeFile> attachments)
    {
        if (IsPrivate && !user.IsBot && user.Id != Recipient!.Id)
            throw new InvalidOperationException($"This is the channel of {Recipient}.");
        if (FormErrors.CodePoints(text) > MostOfPeople)
            (attachments, text) = ([FakeFile.Text("message.txt", text), .. attachments], "");
        return Post(new FakeMessage(0, this, user, Discord.Now)
        {
            Text = text,
            Type = replyTo is null ? 0 : 19,
            ReplyTo = replyTo,
            Attachments = [.. attachments.Select(file => Discord.Keep(file))],
        });
    }

    /// <summary>Says something in a private channel.</summary>
    public ulong Say(string text, ulong? replyTo = null) => Say(Recipient ?? throw new InvalidOperationException("Who says it in a guild?"), text, replyTo);

    /// <summary>Says something through a webhook, under any name.</summary>
    public ulong SayAs(string webhookName, string text) => Discord.Locked(() =>
    {
        var webhook = Discord.NextId();
        return Post(new FakeMessage(0, this, new FakeUser(webhook, webhookName) { IsBot = true }, Discord.Now) { Text = text, WebhookId = webhook });
    });

    /// <summary>A message about what someone did: 6 for a pin, 7 for joining, 8 for a boost.</summary>
    public ulong Announce(FakeUser user, int type, ulong? about = null) => Post(new FakeMessage(0, this, user, Discord.Now) { Type = type, ReplyTo = about });

    public ulong SendSticker(FakeUser user, string name) => Post(new FakeMessage(0, this, user, Discord.Now) { Stickers = [name] });

    /// <summary>Changes what someone said. The id of the message.</summary>
    public ulong Edit(ulong messageId, string text) => Discord.Locked(() =>
    {
        var message = this[messageId];
        return Change(message, message with { Text = text, Pings = Mentions.In(this, text, message.Author, message.ReplyTo) }).Id;
    });

    /// <summary>Removes a message, of which bots are told.</summary>
    public void Delete(ulong messageId) => Discord.Locked(() =>
    {
        if (this[messageId].IsDeleted)
            return 0;
        var message = Replace(this[messageId] with { IsDeleted = true }, isTold: false);
        if (!message.IsEphemeral)
            Tell("MESSAGE_DELETE", _ => Wire.Deleted(this, "id", Wire.Id(messageId)));
        return 0;
    });

    /// <summary>Removes several at once, as moderators do.</summary>
    public void BulkDelete(params IReadOnlyList<ulong> messageIds) => Discord.Locked(() =>
    {
        foreach (var id in messageIds)
            Replace(this[id] with { IsDeleted = true }, isTold: false);
        Tell("MESSAGE_DELETE_BULK", _ => Wire.Deleted(this, "ids", new System.Text.Json.Nodes.JsonArray([.. messageIds.Select(id => Wire.Id(id))])));
        return 0;
    });

    /// <summary>Shows that someone writes.</summary>
    public void StartTyping(FakeUser user) => Show(new FakeTyping(user, Discord.Now));

    public void React(FakeUser user, ulong messageId, string emoji) => React(this[messageId], new FakeReaction(user, emoji), isThere: true);

    internal void React(FakeMessage message, FakeReaction reaction, bool isThere) => Discord.Locked(() =>
    {
        if (message.Reactions.Contains(reaction) == isThere)
            return 0;
        Replace(message with { Reactions = isThere ? [.. message.Reactions, reaction] : [.. message.Reactions.Where(other => other != reaction)] }, isTold: false);
        Discord.Gateway.Dispatch(this, Permissions.ViewChannel, IsPrivate ? Intents.DirectMessageReactions : Intents.GuildMessageReactions, isThere ? "MESSAGE_REACTION_ADD" : "MESSAGE_REACTION_REMOVE", _ => Wire.Reaction(message, reaction));
        return 0;
    });

    internal FakeMessage Change(FakeMessage before, FakeMessage after) => Replace(after with { Edits = [.. before.Edits, new FakeEdit(before.Text, Discord.Now)] });

    private ulong Post(FakeMessage message) => Discord.Locked(() =>
    {
        if (IsDeleted)
            throw new InvalidOperationException("Nobody can write here any more.");
        return Add(message with { Pings = Mentions.In(this, message.Text, message.Author, message.ReplyTo) }).Id;
    });
}
