using Bus.Contracts;
using Bus.Ingress.Settings;
using MassTransit;

namespace Bus.Ingress.Delivery;

/// <summary>
/// Brings answers to chat platforms, each once: what was done is kept before and after each call. Where a platform has no key by which it would
/// know a message that comes again, it stays unknown of a call that nobody has seen come back whether it was done; the settings of the place
/// say what becomes of it then, and what may be there twice is marked.
/// </summary>
internal sealed class ReplyDelivery(
    IEnumerable<IPlatformDelivery> platforms, DeliveryLedger ledger, PlatformCalls calls, SettingsCascade cascade, TimeProvider time)
{
    /// <summary>How long whoever brings an answer has the right to, without another sign of life.</summary>
    public static readonly TimeSpan Claimed = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan ClaimInterval = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan FrameInterval = TimeSpan.FromMilliseconds(20);

    /// <summary>
    /// Brings an answer to its people, unless somebody has, or waits until somebody has. It may be called twice for the same one, also at once.
    /// </summary>
    /// <param name="reply">The answer. Over HTTP there is nothing to do: it is in the history.</param>
    /// <param name="context">The command.</param>
    public async Task<DeliveryState> Deliver(DeliverReply reply, ConsumeContext context)
    {
        if (platforms.FirstOrDefault(platform => platform.Platform == reply.Origin.Platform) is not { } platform)
            return DeliveryState.None;
        var cancellation = context.CancellationToken;
        var address = ReplyAddress.Of(reply);
        var place = await platform.Open(address, cancellation);
        var (key, owner) = (KeyOf(reply), Guid.CreateVersion7(time.GetUtcNow()));
        var delivery = await Claim(key, owner, cancellation);
        if (delivery.IsDone)
            return delivery;

        delivery = await AfterLastFrame(key, delivery, place, cancellation);
        var settings = (await cascade.Resolve(place.Scopes, cancellation)).Settings;
        var target = new ReplyTarget(place, address, delivery.IsRetracted ? reply with { Text = "" } : reply, settings.OnPossibleRepeat == RepeatPolicies.Hold, key, owner);
        try
        {
            delivery = await new PartSender(target, ledger, calls, context, time).Send(delivery, cancellation);
        }
        catch (UndeliverableException why)
        {
            delivery = (await ledger.Change(key, now => now with { Undelivered = why.Message }, cancellation)).Delivery;
        }

        await place.Delivered(delivery.Ids, cancellation);
        (delivery, _) = await ledger.Change(key, now => now with { IsDone = true, Owner = null, OwnerUntil = null }, cancellation);
        if (delivery.IsRetracted)
            await Remove(address, place, delivery.Ids, cancellation);
        return delivery;
    }

    /// <summary>Takes an answer back: it is removed, or, when it is still on its way, will be.</summary>
    public async Task Retract(RetractReply retract, CancellationToken cancellation)
    {
        if (platforms.FirstOrDefault(platform => platform.Platform == retract.Origin.Platform) is not { } platform)
            return;
        var (delivery, _) = await ledger.Change(retract.TurnId, now => now with { IsRetracted = true, IsFinal = true }, cancellation);
        if (!delivery.IsDone)
            return;
        var address = new ReplyAddress(retract.Origin.ConversationId(), retract.TurnId, retract.Origin, null, null, Texts.For(null), IsTurn: true);
        await Remove(address, await platform.Open(address, cancellation), delivery.Ids, cancellation);
    }

    private async Task Remove(ReplyAddress address, IReplyPlace place, IReadOnlyList<string> ids, CancellationToken cancellation)
    {
        foreach (var id in ids)
        {
            try
            {
                await calls.Repeat(address, place, (_, _) => Task.CompletedTask, there => there.Remove(id, cancellation), cancellation);
            }
            catch (Exception failure) when (failure is UndeliverableException or PlatformException { Problem: PlatformProblem.Refused })
            {
                // It is gone already, or cannot be reached any more.
            }
        }
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
    private async Task<DeliveryState> AfterLastFrame(Guid key, DeliveryState delivery, IReplyPlace place, CancellationToken cancellation)
    {
        while (delivery.FrameUntil > time.GetUtcNow())
        {
            await Task.Delay(FrameInterval, time, cancellation);
            (delivery, _) = await ledger.Read(key, cancellation);
        }

        // Whoever was in it has died, or did not see it come back, and with that went the id of the message that may have been sent.
        return delivery.LiveBegunAt is { } begunAt
            ? (await ledger.Change(key, now => LiveIsLost(now, begunAt, place), cancellation)).Delivery
            : delivery;
    }

    /// <summary>What nobody knows can be found out where the platform knows repeats: then it is a first message that was begun.</summary>
    private static DeliveryState LiveIsLost(DeliveryState delivery, DateTimeOffset begunAt, IReplyPlace place)
    {
        var now = delivery with { FrameUntil = null, LiveBegunAt = null };
        return place.KnowsRepeats ? now.Parts.Count > 0 ? now : now.With(0, new SentPart(null, begunAt)) : now with { IsLiveLost = true };
    }
}
