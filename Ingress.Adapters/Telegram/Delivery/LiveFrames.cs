using System.Buffers.Binary;
using Bus.Contracts;
using Bus.Ingress.Delivery;
using Bus.Ingress.Telegram.Api;
using Bus.Ingress.Telegram.Bots;
using Bus.Ingress.Telegram.Intake;

namespace Bus.Ingress.Telegram.Delivery;

/// <summary>
/// Shows unfinished answers: in private chats as a draft, where the server knows drafts, else in a message that is changed. A frame may
/// be left out; none is shown while Telegram wants the chat to be left alone, nor after the end has begun, whoever brings it.
/// </summary>
internal sealed class LiveFrames(DeliveryLedger ledger, TelegramChats chats, TimeProvider time)
{
    /// <summary>How long a frame may take; whoever brings the end waits for it a little longer.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan Claimed = TimeSpan.FromSeconds(8);

    /// <summary>Shows that the bot is at work, unless the answer is there: whoever takes in a message that was taken in before does not hear of it.</summary>
    /// <returns>False when nothing more can be shown.</returns>
    public async Task<bool> Type(LiveTarget target, CancellationToken cancellation)
    {
        var chat = await chats.Of(target.Bot.Id, target.Place, cancellation);
        if (chat.Blocked is not null || (await ledger.Read(target.TurnId, cancellation)).Delivery.IsFinal)
            return false;
        if (chat.Waits > TimeSpan.Zero)
            return true;
        try
        {
            await target.Bot.Api.SendTyping(chat.Id, target.Topic, cancellation);
            return true;
        }
        catch (TelegramException failure)
        {
            return await Learn(target, chat.Id, failure, cancellation);
        }
    }

    /// <summary>Shows what there is of an answer.</summary>
    /// <returns>False when nothing more can be shown.</returns>
    public async Task<bool> Show(LiveTarget target, RichText text, CancellationToken cancellation)
    {
        var chat = await chats.Of(target.Bot.Id, target.Place, cancellation);
        if (chat.Blocked is not null)
            return false;
        if (chat.Waits > TimeSpan.Zero)
            return true;

        var isDraft = target.IsPrivate && !target.Bot.HasNoDrafts;
        var (delivery, isOurs) = await ledger.Change(
            target.TurnId,
            now => now.IsFinal || now.IsLiveLost ? null : now with { FrameUntil = time.GetUtcNow() + Claimed, IsLiveBegun = !isDraft && now.LiveId is null },
            cancellation);
        if (!isOurs)
            return false;

        var (frame, failure) = (new Frame(delivery.LiveId), default(TelegramException));
        try
        {
            frame = await Call(target, chat.Id, text, isDraft, delivery.LiveId, cancellation);
        }
        catch (TelegramException problem)
        {
            failure = problem;
        }
        finally
        {
            // The process may be about to end: that the call is over is worth a moment.
            var isLost = delivery.IsLiveBegun && frame.LiveId is null && failure is null or { MayBeDone: true };
            await ledger.Change(
                target.TurnId, now => now with { FrameUntil = null, IsLiveBegun = false, LiveId = frame.LiveId ?? now.LiveId, IsLiveLost = now.IsLiveLost || isLost },
                CancellationToken.None);
        }

        if (failure is null)
            return true;
        if (isDraft && failure.Problem is TelegramProblem.NoSuchMethod)
        {
            target.Bot.HasNoDrafts = true;
            return await Show(target, text, cancellation);
        }

        return await Learn(target, chat.Id, failure, cancellation);
    }

    private async Task<Frame> Call(LiveTarget target, long chat, RichText text, bool isDraft, string? liveId, CancellationToken cancellation)
    {
        using var timer = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, timer.Token);
        var (api, entities) = (target.Bot.Api, TelegramText.Entities(text));
        try
        {
            if (isDraft)
                await api.SendMessageDraft(new SendMessageDraft(chat, target.DraftId, text.Text, entities, target.Topic), either.Token);
            else if (liveId is null)
                return new Frame($"{await api.SendMessage(new SendMessage(chat, text.Text, entities, target.Topic, target.Answers, target.Button), either.Token)}");
            else
                await api.EditMessageText(new EditMessageText(chat, TelegramText.Number(liveId), text.Text, entities, target.Button), either.Token);
            return new Frame(liveId);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new TelegramException(TelegramProblem.Unknown, "Telegram did not answer in time.");
        }
    }

    /// <summary>What a failure says about the chat.</summary>
    /// <returns>False when nothing more can be shown.</returns>
    private async Task<bool> Learn(LiveTarget target, long chat, TelegramException failure, CancellationToken cancellation)
    {
        switch (failure)
        {
            case { RetryAfter: { } wanted }:
                await chats.LeaveAlone(target.Bot.Id, chat, wanted, cancellation);
                return true;
            case { Problem: TelegramProblem.Forbidden }:
                await chats.Block(target.Bot.Id, chat, failure.Message, cancellation);
                return false;
            case { MigrateToChatId: { } next }:
                await chats.Migrate(target.Bot.Id, chat, next, cancellation);
                return true;
            default:
                return failure.IsPassing || failure.Says("not modified");
        }
    }

    private sealed record Frame(string? LiveId);
}

/// <summary>Where an unfinished answer is shown.</summary>
/// <param name="Bot">The bot that answers.</param>
/// <param name="Message">The message that is answered.</param>
/// <param name="IsPrivate">Nobody else is there.</param>
/// <param name="Texts">What the bot says by itself.</param>
internal sealed record LiveTarget(TelegramBot Bot, MessageReceived Message, bool IsPrivate, Texts Texts)
{
    /// <summary>The turn.</summary>
    public Guid TurnId => Message.MessageId;

    /// <summary>The chat, by the first id it had.</summary>
    public long Place { get; } = TelegramText.Number(Message.Origin.Place);

    /// <summary>The topic.</summary>
    public long? Topic { get; } = Message.Origin.Thread is { } topic ? TelegramText.Number(topic) : null;

    /// <summary>The same id is the same draft; it must not be 0.</summary>
    public long DraftId { get; } = (BinaryPrimitives.ReadInt64LittleEndian(Message.MessageId.ToByteArray()) & int.MaxValue) | 1;

    /// <summary>In a group it is seen to whom the bot replies.</summary>
    public ReplyParameters? Answers { get; } = IsPrivate || Message.Sent is not { } sent ? null : new ReplyParameters(TelegramText.Number(sent.Id));

    /// <summary>Stops it.</summary>
    public InlineKeyboard Button { get; } = StopButton.For(Bot, Message, Texts);
}
