using Bus.Contracts;
using Bus.Ingress.Delivery;
using Bus.Ingress.Telegram.Api;
using MassTransit;

namespace Bus.Ingress.Telegram.Delivery;

/// <summary>Sends the messages of one answer, one after the other, from wherever somebody before has come to.</summary>
internal sealed class PartSender(ReplyTarget target, DeliveryLedger ledger, TelegramCalls calls, ConsumeContext context, TimeProvider time)
{
    private const string MayBeMissing = "It is not known whether all of it was sent, and by the settings nothing is sent twice.";

    private readonly DeliverReply reply = target.Reply;

    /// <summary>Until all are sent.</summary>
    /// <exception cref="UndeliverableException">The chat does not take it.</exception>
    public async Task<DeliveryState> Send(DeliveryState delivery, CancellationToken cancellation)
    {
        var parts = ReplyParts.Of(reply, target.Texts);
        if (parts.Count == 0)
        {
            await RemoveLive(delivery, cancellation);
            return delivery;
        }

        for (var number = 0; number < parts.Count; number++)
            delivery = await Send(delivery, number, parts[number], cancellation);
        return delivery;
    }

    private async Task<DeliveryState> Send(DeliveryState delivery, int number, ReplyPart part, CancellationToken cancellation)
    {
        var sent = number < delivery.Parts.Count ? delivery.Parts[number] : new SentPart(null);
        if (sent.Id is not null)
            return delivery;
        if (number == 0 && delivery.LiveId is { } live && await EditLive(live, part, cancellation))
            return await Keep(now => now.With(0, new SentPart(live)), cancellation);

        while (true)
        {
            // Nobody knows of this one whether it was sent: by somebody who died, or in a call that did not come back.
            var isUnknown = sent.IsBegun;
            if (isUnknown && target.Holds)
                return await Keep(now => now.With(number, sent with { IsBegun = true }) with { Undelivered = MayBeMissing }, cancellation);
            sent = sent with { IsBegun = true, IsPossibleRepeat = sent.IsPossibleRepeat || isUnknown };
            await Keep(now => now.With(number, sent), cancellation);

            var isMarked = sent.IsPossibleRepeat || (number == 0 && delivery.IsLiveLost);
            if (await TrySend(isMarked ? part.Marked(target.Texts) : part, isFirst: number == 0, cancellation) is { } id)
                return await Keep(now => now.With(number, sent with { Id = $"{id}", IsBegun = false }), cancellation);
        }
    }

    /// <returns>The id of the message; null when nobody knows whether it was sent.</returns>
    private async Task<long?> TrySend(ReplyPart part, bool isFirst, CancellationToken cancellation)
    {
        var answers = isFirst ? target.Answers : null;
        try
        {
            return await calls.Make(target, Waiting, (chat, topic, isPlain) => part.File is { } file
                ? target.Bot.Api.SendFile(AttachmentKinds.Document, chat, topic, file, part.Text.Text, answers, cancellation)
                : target.Bot.Api.SendMessage(new SendMessage(chat, part.Text.Text, isPlain ? null : TelegramText.Entities(part.Text), topic, answers), cancellation), cancellation);
        }
        catch (TelegramException failure) when (failure.MayBeDone)
        {
            await Task.Delay(TelegramCalls.AfterFailure, time, cancellation);
            return null;
        }
    }

    /// <summary>The message in which the unfinished answer was shown becomes the first of the answer. That twice is the same as once.</summary>
    /// <returns>False when it is not there any more.</returns>
    private async Task<bool> EditLive(string live, ReplyPart part, CancellationToken cancellation)
    {
        try
        {
            await calls.MakeRepeatable(target, Waiting, async (chat, _, isPlain) =>
            {
                await target.Bot.Api.EditMessageText(
                    new EditMessageText(chat, TelegramText.Number(live), part.Text.Text, isPlain ? null : TelegramText.Entities(part.Text)), cancellation);
                return 0;
            }, cancellation);
            return true;
        }
        catch (TelegramException failure) when (failure.Says("not modified"))
        {
            return true;
        }
        catch (TelegramException failure) when (failure.Problem == TelegramProblem.Refused)
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
            await calls.MakeRepeatable(target, Waiting, async (chat, _, _) =>
            {
                await target.Bot.Api.DeleteMessage(chat, TelegramText.Number(live), cancellation);
                return 0;
            }, cancellation);
        }
        catch (TelegramException failure) when (failure.Problem == TelegramProblem.Refused)
        {
            // It is gone already, or too old.
        }
    }

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
            now => now.Owner == target.Owner ? change(now) with { OwnerUntil = time.GetUtcNow() + TelegramDelivery.Claimed } : null,
            cancellation);
        return isOurs ? delivery : throw new InvalidOperationException("Another process brings this answer, because this one stood still.");
    }
}
