using Bus.Contracts;
using MassTransit;

namespace Bus.Ingress.Delivery;

/// <summary>Sends the messages of one answer, one after the other, from wherever somebody before has come to.</summary>
internal sealed class PartSender(ReplyTarget target, DeliveryLedger ledger, PlatformCalls calls, ConsumeContext context, TimeProvider time)
{
    private const string MayBeMissing = "It is not known whether all of it was sent, and by the settings nothing is sent twice.";

    private readonly DeliverReply reply = target.Reply;

    /// <summary>Until all are sent.</summary>
    /// <exception cref="UndeliverableException">The place does not take it.</exception>
    public async Task<DeliveryState> Send(DeliveryState delivery, CancellationToken cancellation)
    {
        var parts = ReplyParts.Of(reply, target.Address.Texts, target.Place);
        if (parts.Count == 0)
        {
            await RemoveLive(delivery, cancellation);
            return delivery;
        }

        foreach (var part in parts)
            delivery = await Send(delivery, part, cancellation);
        return delivery;
    }

    private async Task<DeliveryState> Send(DeliveryState delivery, ReplyPart part, CancellationToken cancellation)
    {
        var number = part.Number;
        var sent = number < delivery.Parts.Count ? delivery.Parts[number] : new SentPart(null);
        if (sent.Id is not null)
            return delivery;
        if (number == 0 && delivery.LiveId is { } live)
        {
            if (await TryEdit(live, part, cancellation))
                return await Keep(now => now.With(0, new SentPart(live)), cancellation);
            part = part with { IsAnew = true };
        }

        while (true)
        {
            // Nobody knows of this one whether it was sent: by somebody who died, or in a call that did not come back.
            var isUnknown = false;
            if (sent.BegunAt is { } begunAt)
            {
                var found = await Find(part, begunAt, cancellation);
                if (found is { Kind: SightingKind.Present, Id: { } there })
                {
                    if (await TryEdit(there, part, cancellation))
                        return await Keep(now => now.With(number, sent with { Id = there, BegunAt = null }), cancellation);
                    part = part with { IsAnew = true };
                }

                isUnknown = found.Kind == SightingKind.Unknown;
            }

            if (isUnknown && target.Holds)
                return await Keep(now => now.With(number, sent) with { Undelivered = MayBeMissing }, cancellation);
            sent = sent with { BegunAt = sent.BegunAt ?? time.GetUtcNow(), IsPossibleRepeat = sent.IsPossibleRepeat || isUnknown };
            await Keep(now => now.With(number, sent), cancellation);

            var isMarked = sent.IsPossibleRepeat || (number == 0 && delivery.IsLiveLost);
            if (await TrySend(isMarked ? part.Marked(target.Address.Texts) : part, cancellation) is { } id)
                return await Keep(now => now.With(number, sent with { Id = id, BegunAt = null }), cancellation);
        }
    }

    private Task<Sighting> Find(ReplyPart part, DateTimeOffset begunAt, CancellationToken cancellation) =>
        calls.Make(target.Address, target.Place, Waiting, isRepeatable: true, place => place.Find(part, begunAt, cancellation), cancellation);

    /// <returns>The id of the message; null when nobody knows whether it was sent.</returns>
    private async Task<string?> TrySend(ReplyPart part, CancellationToken cancellation)
    {
        try
        {
            return await calls.Make(target.Address, target.Place, Waiting, isRepeatable: false, place => place.Send(part, cancellation), cancellation);
        }
        catch (PlatformException failure) when (failure.MayBeDone)
        {
            await Task.Delay(PlatformCalls.AfterFailure, time, cancellation);
            return null;
        }
    }

    /// <summary>A message that is there becomes the one that it is to be.</summary>
    /// <returns>False when it is not there any more, or cannot be changed.</returns>
    private async Task<bool> TryEdit(string id, ReplyPart part, CancellationToken cancellation)
    {
        try
        {
            await Repeat(place => place.Edit(id, part, cancellation), cancellation);
            return true;
        }
        catch (PlatformException failure) when (failure.Problem == PlatformProblem.Refused)
        {
            return false;
        }
    }

    /// <summary>There is no answer after all: what was shown of it goes.</summary>
    private async Task RemoveLive(DeliveryState delivery, CancellationToken cancellation)
    {
        if (delivery.LiveId is not { } live)
            return;
        try
        {
            await Repeat(place => place.Remove(live, cancellation), cancellation);
        }
        catch (PlatformException failure) when (failure.Problem == PlatformProblem.Refused)
        {
            // It is gone already, or too old.
        }
    }

    private Task Repeat(Func<IReplyPlace, Task> call, CancellationToken cancellation) =>
        calls.Repeat(target.Address, target.Place, Waiting, call, cancellation);

    /// <summary>Shows that somebody is still at it, and tells the conversation to wait as well.</summary>
    private async Task Waiting(DateTimeOffset until, CancellationToken cancellation)
    {
        await Keep(now => now, cancellation);
        if (reply.Outcome != TurnOutcomes.Told)
        {
            await context.Publish(
                new DeliveryDelayed(reply.ConversationId, reply.TurnId, until),
                publish => publish.MessageId = Ids.From(reply.TurnId, "delayed", $"{until.ToUnixTimeMilliseconds()}"), cancellation);
        }
    }

    private async Task<DeliveryState> Keep(Func<DeliveryState, DeliveryState> change, CancellationToken cancellation)
    {
        var (delivery, isOurs) = await ledger.Change(
            target.Key,
            now => now.Owner == target.Owner ? change(now) with { OwnerUntil = time.GetUtcNow() + ReplyDelivery.Claimed } : null,
            cancellation);
        return isOurs ? delivery : throw new InvalidOperationException("Another process brings this answer, because this one stood still.");
    }
}

/// <summary>An answer, and where it goes.</summary>
/// <param name="Place">Where.</param>
/// <param name="Address">Whom for.</param>
/// <param name="Reply">The answer.</param>
/// <param name="Holds">What may have been sent is not sent again.</param>
/// <param name="Key">Under what the delivery is kept.</param>
/// <param name="Owner">Who brings it.</param>
internal sealed record ReplyTarget(IReplyPlace Place, ReplyAddress Address, DeliverReply Reply, bool Holds, Guid Key, Guid Owner);
