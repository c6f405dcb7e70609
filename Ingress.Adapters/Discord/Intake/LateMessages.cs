using System.Diagnostics;
using Bus.Contracts;
using Bus.Ingress.Discord.Api;
using Bus.Ingress.Discord.Bots;
using Bus.Ingress.Intake;
using Bus.Ingress.Settings;

namespace Bus.Ingress.Discord.Intake;

/// <summary>Takes in what was missed, by its age (expectations, E-41 and N-13): lately it is answered as usual; else as the settings of the place say.</summary>
internal sealed class LateMessages(SpokenMessages spoken, Reception reception, TimeProvider time)
{
    /// <summary>The messages of one channel, the oldest first.</summary>
    public LateBatch Begin(DiscordBot bot) => new(bot, spoken, reception, time);
}

/// <summary>What was missed in one channel.</summary>
internal sealed class LateBatch(DiscordBot bot, SpokenMessages spoken, Reception reception, TimeProvider time)
{
    private static readonly ActivitySource Source = new("Bus.Ingress");

    private readonly Dictionary<Guid, List<Arrival>> together = [];

    /// <summary>Takes in the next message, or keeps it to be answered together with others.</summary>
    public async Task Take(DiscordMessage message, CancellationToken cancellation)
    {
        if (await spoken.Read(bot, message, cancellation) is not { } said)
            return;
        var arrival = await spoken.Arrive(bot, message, said, null, cancellation) with { IsLate = true };
        var resolved = await reception.Settings(said, cancellation);
        var settings = resolved.Settings;
        var isRecent = time.GetUtcNow() - Snowflake.TimeOf(Snowflake.Read(message.Id)!.Value) <= TimeSpan.FromMinutes(settings.LateMinutes ?? 0);
        // What was commanded long ago nobody expects to be done now.
        if (!isRecent)
            arrival = arrival with { Command = null };
        if (isRecent || settings.OnLate == LatePolicies.Answer || Access.Denial(said, resolved) is not null)
            await Receive(arrival, cancellation);
        else if (settings.OnLate == LatePolicies.Ignore || !Triggers.IsToBot(said, settings))
            await Receive(arrival with { IsListenOnly = true }, cancellation);
        else
            await Keep(arrival, settings);
    }

    /// <summary>All were told: what is answered together is taken in, in each conversation the last of it as the question.</summary>
    public async Task End(CancellationToken cancellation)
    {
        foreach (var arrivals in together.Values)
        {
            var question = arrivals[^1];
            foreach (var other in arrivals.SkipLast(1))
                await Receive(other with { IsListenOnly = true, AnsweredIn = question.Said.MessageId }, cancellation);
            await Receive(question with { IsToBot = true, Missed = arrivals.SkipLast(1).Select(other => Quote(other.Said)).ToList() }, cancellation);
        }

        together.Clear();
    }

    /// <summary>Each has a trace of its own, by which its turn is found, and not that of the look at the history.</summary>
    private async Task Receive(Arrival arrival, CancellationToken cancellation)
    {
        Activity.Current = null;
        using var span = Source.StartActivity("discord missed message", ActivityKind.Server);
        await reception.Take(arrival, cancellation);
    }

    private async Task Keep(Arrival arrival, PlaceSettings settings)
    {
        var conversation = (await Reception.OriginOf(arrival, settings)).ConversationId();
        if (!together.TryGetValue(conversation, out var arrivals))
            together[conversation] = arrivals = [];
        arrivals.Add(arrival);
    }

    private static QuotedMessage Quote(Said said) => new(said.MessageId, said.Author, said.Name, said.Text);
}
