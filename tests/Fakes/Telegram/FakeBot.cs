using System.Text.Json.Nodes;

namespace Bus.Fakes.Telegram;

/// <summary>A bot as its maker registered it.</summary>
public sealed class FakeBot
{
    private readonly List<FakeChat> privateChats = [];

    internal FakeBot(FakeTelegram telegram, string token, string username, bool canJoinGroups)
    {
        (Telegram, Token, CanJoinGroups) = (telegram, token, canJoinGroups);
        User = new FakeUser(long.Parse(token.Split(':')[0], System.Globalization.CultureInfo.InvariantCulture), username, Username: username) { IsBot = true };
        Updates = new UpdateQueue(telegram);
    }

    public FakeTelegram Telegram { get; }

    public string Token { get; }

    public FakeUser User { get; }

    public long Id => User.Id;

    public string Username => User.Username!;

    public bool CanJoinGroups { get; }

    /// <summary>Whether privacy is off: in groups it sees what is not meant for it as well.</summary>
    public bool SeesAllMessages { get; set; }

    /// <summary>Updates that it has not confirmed.</summary>
    public int PendingUpdates => Updates.Count;

    /// <summary>Whether it waits in getUpdates.</summary>
    public bool IsPolling => Updates.IsPolled;

    /// <summary>Why an update could not be delivered the last time, if that happened.</summary>
    public string? WebhookError => Webhook?.LastError?.Message;

    /// <summary>What it offers as commands: by scope, in JSON, and language.</summary>
    public IReadOnlyDictionary<(string Scope, string Language), JsonArray> Commands => Telegram.Locked(() => new Dictionary<(string, string), JsonArray>(CommandLists));

    internal Dictionary<(string Scope, string Language), JsonArray> CommandLists { get; } = [];

    internal UpdateQueue Updates { get; }

    internal Webhook? Webhook { get; set; }

    /// <summary>The chat of a person with this bot; there is one.</summary>
    public FakeChat PrivateChat(FakeUser user) => Telegram.Locked(() =>
    {
        var chat = privateChats.Find(chat => chat.Id == user.Id);
        if (chat is null)
        {
            privateChats.Add(chat = new FakeChat(Telegram, user.Id, "private") { User = user });
            chat.Memberships[this] = Membership.Member;
            Telegram.Add(chat);
        }

        return chat;
    });

    /// <summary>Hands out an update of any form, whatever the bot asked for. It gets an update_id when it is an object without one.</summary>
    public long Push(JsonNode rawUpdate) => Updates.Push(rawUpdate);

    internal FakeChat? FindPrivateChat(long id) => privateChats.Find(chat => chat.Id == id);

    public override string ToString() => Username;
}
