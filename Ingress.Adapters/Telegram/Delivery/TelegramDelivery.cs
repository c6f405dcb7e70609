using Bus.Contracts;
using Bus.Ingress.Delivery;
using Bus.Ingress.Settings;
using Bus.Ingress.Telegram.Bots;
using Bus.Ingress.Telegram.Intake;
using MassTransit;

namespace Bus.Ingress.Telegram.Delivery;

/// <summary>
/// Brings answers to Telegram, each once: what was done is kept before and after each call. Telegram has no key by which it would know
/// a message that comes again, so of a call that nobody has seen come back it stays unknown whether it was done; the settings of the place say what
/// becomes of it then, and what may be there twice is marked.
/// </summary>
internal sealed class TelegramDelivery(
    TelegramBots bots, DeliveryLedger ledger, TelegramCalls calls, SettingsCascade cascade, ReplyChains chains, TimeProvider time) : IPlatformDelivery
{
    /// <summary>How long whoever brings an answer has the right to, without another sign of life.</summary>
    public static readonly TimeSpan Claimed = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan ClaimInterval = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan FrameInterval = TimeSpan.FromMilliseconds(20);

    public string Platform => Platforms.Telegram;

    public async Task<DeliveryState> Deliver(DeliverReply reply, ConsumeContext context)
    {
        var cancellation = context.CancellationToken;
        var bot = bots.Find(reply.Origin.Bot)
            ?? throw new InvalidOperationException($"The bot {reply.Origin.Bot} of Telegram is not set up in this process (TELEGRAM_BOT_TOKEN).");
        var (key, owner) = (KeyOf(reply), Guid.CreateVersion7(time.GetUtcNow()));
        var delivery = await Claim(key, owner, cancellation);
        if (delivery.IsDone)
            return delivery;

        delivery = await AfterLastFrame(key, delivery, cancellation);
        var place = await cascade.Resolve(SettingScope.Of(Platforms.Telegram, reply.Origin.Bot, reply.Origin.Place, reply.Origin.Thread), cancellation);
        var target = new ReplyTarget(bot, reply, Texts.For(reply.Answers?.Language), place.Settings.OnPossibleRepeat == RepeatPolicies.Hold, key, owner);
        try
        {
            delivery = await new PartSender(target, ledger, calls, context, time).Send(delivery, cancellation);
        }
        catch (UndeliverableException why)
        {
            delivery = (await ledger.Change(key, now => now with { Undelivered = why.Message }, cancellation)).Delivery;
        }

        if (reply.Origin.Part?.Split(':') is ["reply", var root])
        {
            foreach (var id in delivery.Parts.Select(part => part.Id).OfType<string>())
                await chains.Add(bot, TelegramText.Number(reply.Origin.Place), TelegramText.Number(id), root, cancellation);
        }

        return (await ledger.Change(key, now => now with { IsDone = true, Owner = null, OwnerUntil = null }, cancellation)).Delivery;
    }

    /// <summary>An apology for a message that is parked is not yet the end of its turn.</summary>
    private static Guid KeyOf(DeliverReply reply) =>
        reply is { Outcome: TurnOutcomes.Failed } && reply.SessionId == Guid.Empty ? Ids.From(reply.TurnId, "parked") : reply.TurnId;

    /// <summary>Waits until nobody else brings the answer, or it is there.</summary>
    private async Task<DeliveryState> Claim(Guid key, Guid owner, CancellationToken cancellation)
    {
        while (true)
        {
            var (delivery, isOurs) = await ledger.Change(
                key,
                now => now.IsDone || now.OwnerUntil > time.GetUtcNow() ? null : now with { IsFinal = true, Owner = owner, OwnerUntil = time.GetUtcNow() + Claimed },
                cancellation);
            if (isOurs || delivery.IsDone)
                return delivery;
            await Task.Delay(ClaimInterval, time, cancellation);
        }
    }

    /// <summary>Waits for the call that shows the unfinished answer, if somebody is in one: it must not come after the end.</summary>
    private async Task<DeliveryState> AfterLastFrame(Guid key, DeliveryState delivery, CancellationToken cancellation)
    {
        while (delivery.FrameUntil > time.GetUtcNow())
        {
            await Task.Delay(FrameInterval, time, cancellation);
            (delivery, _) = await ledger.Read(key, cancellation);
        }

        // Whoever was in it has died, and with it the id of the message that it may have sent.
        return delivery is { FrameUntil: not null, IsLiveBegun: true }
            ? (await ledger.Change(key, now => now with { FrameUntil = null, IsLiveBegun = false, IsLiveLost = true }, cancellation)).Delivery
            : delivery;
    }
}

/// <summary>An answer, and where it goes.</summary>
/// <param name="Bot">The bot that answers.</param>
/// <param name="Reply">The answer.</param>
/// <param name="Texts">What the bot says by itself.</param>
/// <param name="Holds">What may have been sent is not sent again.</param>
/// <param name="Key">Under what the delivery is kept.</param>
/// <param name="Owner">Who brings it.</param>
internal sealed record ReplyTarget(TelegramBot Bot, DeliverReply Reply, Texts Texts, bool Holds, Guid Key, Guid Owner)
{
    /// <summary>The chat, by the first id it had.</summary>
    public long Place { get; } = TelegramText.Number(Reply.Origin.Place);

    /// <summary>The topic.</summary>
    public long? Topic { get; } = Reply.Origin.Thread is { } topic ? TelegramText.Number(topic) : null;

    /// <summary>The message that is replied to: in groups only, where it is seen to whom the bot speaks.</summary>
    public Api.ReplyParameters? Answers { get; } = Reply.Answers is { } sent && Reply.Origin.Place.StartsWith('-') ? new(TelegramText.Number(sent.Id)) : null;
}

/// <summary>People cannot have it; the message says why.</summary>
/// <param name="reason">Why.</param>
internal sealed class UndeliverableException(string reason) : Exception(reason);
