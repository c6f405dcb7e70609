using Bus.Contracts;
using Bus.Ingress.Commands;
using Bus.Ingress.Delivery;
using Bus.Ingress.Settings;
using Bus.Messaging.Access;

namespace Bus.Ingress.Intake;

/// <summary>What becomes of a message that somebody said, whatever the platform: it is denied, obeyed, answered, or only heard.</summary>
internal sealed class Reception(
    SettingsCascade cascade, MessageIntake intake, BotCommands commands, LiveReplies live, IMessageLimits limits, TimeProvider time)
{
    /// <summary>Takes a message in. When the call returns, the broker has what came of it.</summary>
    /// <returns>Why whoever said it may not, as a name of <see cref="DenialReasons"/>; null when they may.</returns>
    public async Task<string?> Take(Arrival arrival, CancellationToken cancellation)
    {
        var said = arrival.Said;
        var resolved = await Settings(said, cancellation);
        if (resolved.Settings.Language is { } language)
            said = said with { Language = language, Sent = said.Sent with { Language = language } };
        var command = arrival.EditId is null ? arrival.Command : null;
        var known = command is null ? null : commands.Find(command.Name);
        var isToBot = arrival.IsToBot || known is not null || (command is not null && (said.IsPrivate || command.IsNamed)) || Triggers.IsToBot(said, resolved.Settings);
        if (Access.Denial(said, resolved) is { } reason)
        {
            if (isToBot && arrival.EditId is null)
                await Deny(said, reason, cancellation);
            return reason;
        }

        if (!isToBot && resolved.Settings.Listen == false)
            return null;
        var origin = await OriginOf(arrival, resolved.Settings);
        if (command is not null && isToBot)
            await Obey(said, origin, resolved, known, command.Arguments, cancellation);
        else if (arrival.EditId is { } editId)
            await Edited(arrival with { Said = said }, origin, resolved.Settings, isToBot, editId, cancellation);
        else if (isToBot && !arrival.IsListenOnly && await IsTooMany(said, resolved.Account, cancellation))
            await Refuse(said, origin, resolved, cancellation);
        else
            await Answer(arrival with { Said = said }, origin, resolved.Settings, isToBot, cancellation);
        return null;
    }

    /// <summary>What holds for whoever said something.</summary>
    public Task<ResolvedSettings> Settings(Said said, CancellationToken cancellation) => cascade.ResolveFor(said.Scopes(), said.Author, cancellation);

    private Task Deny(Said said, string reason, CancellationToken cancellation) => intake.Publish(
        new MessageDenied(said.MessageId, said.Origin, said.Author, reason, time.GetUtcNow()), Ids.From(said.MessageId, "denied"), cancellation);

    /// <summary>The limits of an account hold wherever its person talks.</summary>
    private async Task<bool> IsTooMany(Said said, LinkedAccount? account, CancellationToken cancellation) =>
        account is not null && await limits.Count(account.UserId, said.MessageId, cancellation) is not null;

    private async Task Refuse(Said said, Origin origin, ResolvedSettings resolved, CancellationToken cancellation)
    {
        await Deny(said, DenialReasons.LimitReached, cancellation);
        var texts = Texts.For(said.Language);
        await commands.Tell(new CommandCall(said, origin, "", resolved, texts, null), texts["limit_reached"], cancellation);
    }

    private async Task Obey(Said said, Origin origin, ResolvedSettings resolved, IBotCommand? command, string arguments, CancellationToken cancellation)
    {
        var texts = Texts.For(said.Language);
        var call = new CommandCall(said, origin, arguments, resolved, texts, live.ReplyTo);
        if (command is null)
            await commands.Tell(call, texts["no_such_command"], cancellation);
        else if (command is RetryAnswer)
            await live.Show(said, intake.Message(said, origin, resolved.Settings, true, live.ReplyTo), resolved.Settings, (_, until) => commands.Run(command, call, until), cancellation);
        else
            await commands.Run(command, call, cancellation);
    }

    private async Task Edited(Arrival arrival, Origin origin, PlaceSettings place, bool isToBot, Guid editId, CancellationToken cancellation)
    {
        var said = arrival.Said;
        var edit = new MessageEdited(
            origin.ConversationId(), said.MessageId, editId, origin, said.Author, new Speaker(said.Name, !said.IsPrivate), said.Text, time.GetUtcNow());
        await intake.Publish(edit, editId, cancellation);
        if (isToBot && place.OnEdit == EditPolicies.Answer)
            await Answer(arrival with { Said = said with { MessageId = Ids.From(editId, "answer") } }, origin, place, isToBot, cancellation);
    }

    private async Task Answer(Arrival arrival, Origin origin, PlaceSettings place, bool isToBot, CancellationToken cancellation)
    {
        var message = Handled(intake.Message(arrival.Said, origin, place, isToBot && !arrival.IsListenOnly, live.ReplyTo), arrival);
        if (arrival.Complete is { } complete)
            message = await complete(message, place);
        await live.Show(arrival.Said, message, place, intake.Take, cancellation);
    }

    /// <summary>The conversation that a message belongs to.</summary>
    public static async Task<Origin> OriginOf(Arrival arrival, PlaceSettings place) => arrival.Said.Origin with { Part = await PartOf(arrival, place) };

    /// <summary>With what is special about one that was missed.</summary>
    private static MessageReceived Handled(MessageReceived message, Arrival arrival) => !arrival.IsLate ? message : message with
    {
        Handling = message.Handling! with { IsLate = true, Missed = arrival.Missed.Count },
        AnsweredIn = arrival.AnsweredIn,
        Quoted = arrival.Missed.Count > 0 ? arrival.Missed : null,
    };

    /// <summary>Which of several conversations in its place a message belongs to; null where there is one.</summary>
    private static async Task<string?> PartOf(Arrival arrival, PlaceSettings place)
    {
        var part = place.Scope switch
        {
            _ when arrival.Said.IsPrivate => null,
            Scopes.User => $"user:{arrival.Said.Author}",
            Scopes.Reply => $"reply:{await arrival.Root()}",
            _ => null,
        };
        if (part is not null && arrival.Keep is { } keep)
            await keep(part);
        return part;
    }
}

/// <summary>A message that has come.</summary>
/// <param name="Said">What it says.</param>
/// <param name="Command">The command that it is.</param>
/// <param name="EditId">It was said before, and is changed now: the id of the change.</param>
/// <param name="Root">Finds the message that its chain of replies begins with.</param>
internal sealed record Arrival(Said Said, CommandWords? Command, Guid? EditId, Func<Task<string>> Root)
{
    /// <summary>It is to the bot, whatever it says.</summary>
    public bool IsToBot { get; init; }

    /// <summary>Nobody is to answer it, whatever it says.</summary>
    public bool IsListenOnly { get; init; }

    /// <summary>It was said while nobody listened.</summary>
    public bool IsLate { get; init; }

    /// <summary>The turn in which it is answered together with others.</summary>
    public Guid? AnsweredIn { get; init; }

    /// <summary>Others that are answered together with it.</summary>
    public IReadOnlyList<QuotedMessage> Missed { get; init; } = [];

    /// <summary>Adds what costs more to find out, when it is known what becomes of the message.</summary>
    public Func<MessageReceived, PlaceSettings, Task<MessageReceived>>? Complete { get; init; }

    /// <summary>Remembers to which of several conversations of its place it belongs.</summary>
    public Func<string, Task>? Keep { get; init; }
}

/// <summary>A command as it was written.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Arguments">What stands behind it.</param>
/// <param name="IsNamed">The bot that is to do it is named.</param>
internal sealed record CommandWords(string Name, string Arguments, bool IsNamed);
