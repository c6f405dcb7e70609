using System.Collections.Concurrent;
using Bus.Contracts;
using Bus.Ingress.Discord.Api;
using Bus.Ingress.Discord.Bots;
using Bus.Ingress.Intake;
using Microsoft.Extensions.Logging;

namespace Bus.Ingress.Discord.Intake;

/// <summary>Takes in what people do with the bot other than to speak: commands behind the slash, and buttons. Discord gives three seconds for a sign of life.</summary>
internal sealed partial class Interactions(
    DiscordChannels channels, DiscordMessages messages, PendingInteractions pending, MessageIntake intake, Reception reception, ILogger<Interactions> log)
{
    /// <summary>Discord's number for an interaction that has its first answer.</summary>
    private const int AlreadyAnswered = 40060;

    /// <summary>What concerns nobody else.</summary>
    private static readonly string[] Private = ["usage", "settings", "help", "stop", "ping", "health", "link", "unlink"];

    /// <summary>Those that are on their way, and whether they have their sign of life.</summary>
    private readonly ConcurrentDictionary<string, bool> answered = new(StringComparer.Ordinal);

    /// <summary>Shows a sign of life, whatever else there is to do.</summary>
    public async Task Prepare(DiscordBot bot, Interaction interaction, CancellationToken cancellation)
    {
        if (interaction is { Id: { } id, Token: not null, By.Id: { } by })
            answered[id] = await Acknowledge(bot, interaction, ButtonOf(bot, interaction, by), cancellation);
    }

    /// <summary>Takes one in. It has been prepared.</summary>
    public async Task Take(DiscordBot bot, Interaction interaction, CancellationToken cancellation)
    {
        if (interaction is not { Id: { } id, Token: not null, By.Id: { } by, ChannelId: { } channelId } || Snowflake.Read(channelId) is not { } channel)
            return;
        var isAnswered = answered.GetValueOrDefault(id);
        var button = ButtonOf(bot, interaction, by);
        if (button is { IsRetry: false })
            await Stop(bot, interaction, button, channel, cancellation);
        else if (button is not null)
            await Obey(bot, interaction, channel, new CommandWords("retry", $"{button.Turn:N}", IsNamed: true), isAnswered, cancellation);
        else if (interaction is { Type: InteractionTypes.Command, Data: { Name: { } name } data })
            await Obey(bot, interaction, channel, name == CommandMenu.Ask ? null : new CommandWords(name, Option(data), IsNamed: true), isAnswered, cancellation);
        answered.TryRemove(id, out _);
    }

    private static PressedButton? ButtonOf(DiscordBot bot, Interaction interaction, string by) =>
        interaction is { Type: InteractionTypes.Component, Data.CustomId: { } pressed } ? AnswerButtons.Read(bot, pressed, by) : null;

    private static bool IsPrivate(Interaction interaction, PressedButton? button) =>
        button is { IsRetry: false } || (interaction is { Type: InteractionTypes.Command, Data.Name: { } name } && Private.Contains(name));

    /// <summary>Does what is asked for; without a command it is a question.</summary>
    private async Task Obey(DiscordBot bot, Interaction interaction, long channel, CommandWords? command, bool isAnswered, CancellationToken cancellation)
    {
        var (token, isPrivate) = (interaction.Token!, IsPrivate(interaction, null));
        var said = await Read(bot, interaction, channel, cancellation);
        if (isAnswered)
            await pending.Keep(said.MessageId, new PendingInteraction(token, isPrivate), cancellation);
        var arrival = new Arrival(said, command, null, () => RootOf(bot, interaction, cancellation)) { IsToBot = true };
        if (await reception.Take(arrival, cancellation) is not null && isAnswered)
            await Deny(bot, token, said, isPrivate, cancellation);
    }

    private async Task Stop(DiscordBot bot, Interaction interaction, PressedButton button, long channel, CancellationToken cancellation)
    {
        var said = button.IsOwn ? null : await Read(bot, interaction, channel, cancellation);
        var mayStop = said is null || (await reception.Settings(said, cancellation)).IsAdmin(said);
        if (mayStop)
            await intake.Publish(new CancelTurn(button.Conversation, button.Turn), Ids.From(button.Turn, "stop", interaction.Id!), cancellation);
        await Tell(bot, () => bot.Api.EditOriginal(bot.Name, interaction.Token!, new OutgoingMessage(Texts.For(interaction.Locale)[mayStop ? "stopping" : "not_yours"]), cancellation));
    }

    private async Task<Said> Read(DiscordBot bot, Interaction interaction, long channel, CancellationToken cancellation)
    {
        var (id, by) = (interaction.Id!, interaction.By!);
        var place = await channels.PlaceOf(bot, channel, interaction.GuildId, cancellation);
        return new Said(
            MessageReader.IdOf(bot.Name, id), Platforms.Discord, bot.Name, Snowflake.Text(place.Channel.Id), place.Thread is { } thread ? Snowflake.Text(thread.Id) : null,
            by.Id!, MessageReader.NameOf(by, interaction.Member), interaction.Locale, interaction.Data is { } data ? Option(data) : "",
            interaction.GuildId is null, IsMention: true, IsReplyToBot: false, new PlatformMessage(id, Language: interaction.Locale), [],
            place.Guild ?? interaction.GuildId, place.Category, interaction.Member?.Roles ?? []);
    }

    /// <summary>An answer belongs to a chain of replies already, a command begins one.</summary>
    private async Task<string> RootOf(DiscordBot bot, Interaction interaction, CancellationToken cancellation) =>
        Snowflake.Read(interaction.Message?.Id) is { } message && (await messages.PartOf(bot, message, cancellation))?.Split(':') is ["reply", var root]
            ? root
            : interaction.Id!;

    /// <summary>A sign of life, which is also where the answer will be; of a button that is none of ours, only that it was seen.</summary>
    /// <returns>False when Discord does not wait any more: then the answer comes as any other.</returns>
    private async Task<bool> Acknowledge(DiscordBot bot, Interaction interaction, PressedButton? button, CancellationToken cancellation)
    {
        var answer = interaction.Type == InteractionTypes.Component && button is null
            ? new InteractionAnswer(AnswerTypes.Seen)
            : new InteractionAnswer(AnswerTypes.Later, new InteractionMessage(Flags: IsPrivate(interaction, button) ? MessageFlags.Ephemeral : null));
        try
        {
            await bot.Api.AnswerInteraction(interaction.Id!, interaction.Token!, answer, cancellation);
            return true;
        }
        catch (DiscordException failure) when (failure.Code == AlreadyAnswered || failure.MayBeDone)
        {
            // It comes a second time, or the answer to our answer was lost.
            return true;
        }
        catch (DiscordException failure)
        {
            LogTooLate(bot.Name, failure.Message);
            return false;
        }
    }

    private Task Deny(DiscordBot bot, string token, Said said, bool isPrivate, CancellationToken cancellation) => Tell(bot, async () =>
    {
        var text = Texts.For(said.Language)["not_allowed"];
        if (isPrivate)
        {
            await bot.Api.EditOriginal(bot.Name, token, new OutgoingMessage(text), cancellation);
            return;
        }

        // What is said first takes the place of the answer that was promised, for all to see.
        await bot.Api.DeleteOriginal(bot.Name, token, cancellation);
        await bot.Api.FollowUp(bot.Name, token, new OutgoingMessage(text, Flags: MessageFlags.Ephemeral), null, cancellation);
    });

    /// <summary>Only a courtesy: what was asked for is done without it.</summary>
    private async Task Tell(DiscordBot bot, Func<Task> tell)
    {
        try
        {
            await tell();
        }
        catch (DiscordException failure)
        {
            LogNotTold(bot.Name, failure.Message);
        }
    }

    /// <summary>What stands behind a command; each has one thing at most.</summary>
    private static string Option(InteractionData data) =>
        data.Options is [{ Value: { ValueKind: System.Text.Json.JsonValueKind.String } value }, ..] ? value.GetString()!.Replace('\0', '\uFFFD') : "";

    [LoggerMessage(Level = LogLevel.Warning, Message = "Bot {Bot}: a command was noticed too late, and is answered like a message: {Reason}")]
    private partial void LogTooLate(string bot, string reason);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Bot {Bot} could not say something beside an answer: {Reason}")]
    private partial void LogNotTold(string bot, string reason);
}
