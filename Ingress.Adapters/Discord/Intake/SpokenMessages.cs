using Bus.Contracts;
using Bus.Ingress.Commands;
using Bus.Ingress.Discord.Api;
using Bus.Ingress.Discord.Bots;
using Bus.Ingress.Intake;
using Bus.Ingress.Settings;

namespace Bus.Ingress.Discord.Intake;

/// <summary>Takes in what people say in channels.</summary>
internal sealed class SpokenMessages(
    DiscordChannels channels, DiscordPlaces places, DiscordMessages messages, ReplyChain chain, LongTexts longTexts, BotCommands commands, Reception reception)
{
    /// <summary>Commands that need nobody to be named: they are the bot's of old (contract, P-25, P-26).</summary>
    private static readonly string[] Bare = ["ping", "health"];

    /// <summary>Takes a message in.</summary>
    /// <param name="bot">The bot that hears it.</param>
    /// <param name="message">The message.</param>
    /// <param name="edit">It was said before, and is changed now: what tells this change from others.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task Take(DiscordBot bot, DiscordMessage message, string? edit, CancellationToken cancellation)
    {
        chain.Heard(message);
        if (await Read(bot, message, cancellation) is { } said)
            await reception.Take(await Arrive(bot, message, said, edit, cancellation), cancellation);
    }

    /// <summary>What a message says; null when nobody says anything in it.</summary>
    public async Task<Said?> Read(DiscordBot bot, DiscordMessage message, CancellationToken cancellation)
    {
        // Most of what bots hear is said by bots: it is not worth a look at where.
        if (message is not { Id: not null, WebhookId: null, Author: { Id: not null, Bot: not true } } || Snowflake.Read(message.ChannelId) is not { } channel)
            return null;
        var me = await bot.Me(cancellation);
        var place = await channels.PlaceOf(bot, channel, message.GuildId, cancellation, Snowflake.Read(message.Id) ?? 1);
        if (MessageReader.Read(bot, me, message, place) is not { } said)
            return null;
        await places.Unblock(bot, channel, cancellation);
        if (await longTexts.Of(bot, message, cancellation) is not var (file, text))
            return said;
        return said with { Text = said.Text.Length == 0 ? text : $"{said.Text}\n{text}", Attachments = [.. said.Attachments.Where(one => one.UniqueId != file)] };
    }

    /// <summary>A message, with how to find out the rest.</summary>
    public async Task<Arrival> Arrive(DiscordBot bot, DiscordMessage message, Said said, string? edit, CancellationToken cancellation)
    {
        var me = await bot.Me(cancellation);
        var number = Snowflake.Read(message.Id)!.Value;
        return new Arrival(said, CommandOf(said), edit is null ? null : Ids.From(said.MessageId, "edit", edit), () => RootOf(bot, said, cancellation))
        {
            Complete = async (received, settings) => received.Handling is { IsListenOnly: true } || settings.Scope == Scopes.Reply
                ? received
                : Quoting(received, await chain.Of(bot, me, message, cancellation)),
            Keep = part => messages.Keep(bot, [number], part, null, cancellation),
        };
    }

    private static MessageReceived Quoting(MessageReceived message, IReadOnlyList<QuotedMessage> chain) =>
        chain.Count == 0 ? message : message with { Quoted = [.. message.Quoted ?? [], .. chain] };

    /// <summary>Other bots have commands, too: without being named this one obeys only those that it had of old.</summary>
    private CommandWords? CommandOf(Said said) =>
        MessageReader.CommandOf(said) is { } command && commands.Find(command.Name) is not null && (said.IsPrivate || said.IsMention || Bare.Contains(command.Name)) ? command : null;

    private async Task<string> RootOf(DiscordBot bot, Said said, CancellationToken cancellation)
    {
        if (Snowflake.Read(said.Sent.InReplyTo) is not { } repliesTo)
            return said.Sent.Id;
        var part = await messages.PartOf(bot, repliesTo, cancellation);
        return part?.Split(':') is ["reply", var root] ? root : Snowflake.Text(repliesTo);
    }
}
