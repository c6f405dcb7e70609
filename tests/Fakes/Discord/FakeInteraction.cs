using System.Text.Json.Nodes;

namespace Bus.Fakes.Discord;

/// <summary>What came of a command, a button or a form that a person used.</summary>
public sealed class FakeInteraction
{
    private readonly List<ulong> followUps = [];

    internal FakeInteraction(FakeBot bot, FakeUser user, FakeChannel channel, int type, string name)
    {
        (Bot, User, Channel, Type, Name) = (bot, user, channel, type, name);
        (Id, At) = (bot.Discord.NextId(), bot.Discord.Now);
        Token = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"interaction:{Id}:{Guid.CreateVersion7(At):N}")).TrimEnd('=');
    }

    public FakeBot Bot { get; }

    public FakeUser User { get; }

    public FakeChannel Channel { get; }

    public ulong Id { get; }

    public string Token { get; }

    /// <summary>Discord's number: 2 for a command, 3 for a button or a menu, 4 for suggestions, 5 for a form.</summary>
    public int Type { get; }

    /// <summary>The command, or the custom id of what was used.</summary>
    public string Name { get; }

    public DateTimeOffset At { get; }

    /// <summary>The message whose button was pressed.</summary>
    public ulong? MessageId { get; internal init; }

    /// <summary>How it was answered the first time: the type of the response, and when.</summary>
    public FakeAcknowledgement? Acknowledged { get; private set; }

    /// <summary>Whether only the person sees the response.</summary>
    public bool IsEphemeral { get; private set; }

    /// <summary>The response as it is now: the message of its own, or the one whose button was pressed.</summary>
    public FakeMessage? Response => ResponseId is { } id ? Channel.Find(id) : null;

    public IReadOnlyList<FakeMessage> FollowUps => Bot.Discord.Locked(() => (IReadOnlyList<FakeMessage>)[.. followUps.Select(id => Channel[id])]);

    /// <summary>The form or the suggestions that it was answered with.</summary>
    public JsonObject? Data { get; private set; }

    /// <summary>Whether the person is told that the application did not respond: not within three seconds, or not to the end within the time that was asked for.</summary>
    public bool HasFailed => Acknowledged is null ? IsLate : IsExpired && Response is { IsLoading: true, IsDeleted: false };

    internal bool IsLate => Bot.Discord.Now > At + Bot.Discord.InteractionPatience;

    internal bool IsExpired => Bot.Discord.Now > At + Bot.Discord.InteractionLifetime;

    internal ulong? ResponseId { get; private set; }

    /// <summary>Waits until it is as wanted.</summary>
    public Task Until(Func<FakeInteraction, bool> wanted, TimeSpan? timeout = null) =>
        Bot.Discord.Changes.Until(() => wanted(this) ? (true, true) : (false, false), timeout, Bot.Discord.Dump);

    /// <summary>Waits until there is one, and gives it.</summary>
    public async Task<T> Until<T>(Func<FakeInteraction, T?> wanted, TimeSpan? timeout = null)
        where T : class =>
        (await Bot.Discord.Changes.Until(() => wanted(this) is { } found ? (true, found) : (false, null), timeout, Bot.Discord.Dump))!;

    /// <summary>Waits until the response says this.</summary>
    public Task<FakeMessage> Shows(string text, TimeSpan? timeout = null) =>
        Until(interaction => interaction.FollowUps.Append(interaction.Response).LastOrDefault(message => message is { IsLoading: false, IsDeleted: false } && message.Text == text), timeout);

    public override string ToString() => $"interaction {Id} {Name} of {User.Username}: {Acknowledged}{(IsEphemeral ? " (ephemeral)" : "")} {Response} {string.Join(", ", FollowUps)}{(HasFailed ? " (failed)" : "")}";

    internal void Acknowledge(int type, FakeMessage? response, bool isEphemeral, JsonObject? data)
    {
        (Acknowledged, ResponseId, IsEphemeral, Data) = (new FakeAcknowledgement(type, Bot.Discord.Now), response?.Id, isEphemeral, data);
        Bot.Discord.Changes.Raise();
    }

    internal void FollowUp(FakeMessage message)
    {
        followUps.Add(message.Id);
        Bot.Discord.Changes.Raise();
    }

    /// <summary>Wakes whoever waits for it to fail.</summary>
    internal async Task Expire(CancellationToken ended)
    {
        foreach (var span in (TimeSpan[])[Bot.Discord.InteractionPatience, Bot.Discord.InteractionLifetime - Bot.Discord.InteractionPatience])
        {
            await Task.Delay(span + TimeSpan.FromMilliseconds(1), Bot.Discord.Time, ended).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Bot.Discord.Changes.Raise();
        }
    }
}

/// <summary>The first answer to an interaction.</summary>
public sealed record FakeAcknowledgement(int Type, DateTimeOffset At);
