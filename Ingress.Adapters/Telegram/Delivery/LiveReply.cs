using System.Threading.Channels;
using Bus.Contracts;
using Bus.Ingress.Delivery;
using Bus.Ingress.Telegram.Bots;

namespace Bus.Ingress.Telegram.Delivery;

/// <summary>One answer while it comes: first the bot types, then there is what the model has said, again and again, until the turn ends.</summary>
internal sealed class LiveReply(
    TelegramBot bot, MessageReceived message, bool isPrivate, bool isStreamed, Texts texts, ChannelReader<object> pieces, LiveFrames frames, TimeProvider time)
{
    /// <summary>An answer that comes at once needs no typing; and typing is seen for some seconds after it.</summary>
    private static readonly TimeSpan BeforeTyping = TimeSpan.FromMilliseconds(300);

    /// <summary>Telegram shows typing for five seconds.</summary>
    private static readonly TimeSpan TypingInterval = TimeSpan.FromSeconds(4.5);

    /// <summary>Nobody is shown typing for longer than a turn can last.</summary>
    private static readonly TimeSpan LongestTyping = TimeSpan.FromSeconds(Limits.TurnTimeoutSeconds.Most);

    /// <summary>Telegram forgets a draft after half a minute.</summary>
    private static readonly TimeSpan DraftFades = TimeSpan.FromSeconds(20);

    /// <summary>A message may wait for many turns before its own.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    private readonly LiveText text = new();
    private readonly LiveTarget target = new(bot, message, isPrivate, texts);
    private readonly TimeSpan frameInterval = isPrivate ? TimeSpan.FromSeconds(1) : TimeSpan.FromSeconds(1.5);
    private readonly DateTimeOffset began = time.GetUtcNow();
    private DateTimeOffset nextFrame = time.GetUtcNow();
    private DateTimeOffset nextTyping = time.GetUtcNow() + BeforeTyping;
    private DateTimeOffset shownAt;
    private RichText? frame;
    private bool isShown;

    /// <summary>Until the turn ends. After a failure it may be called again, and goes on.</summary>
    public async Task Run(CancellationToken cancellation)
    {
        var canShow = true;
        while (time.GetUtcNow() - began < Longest)
        {
            var due = !canShow ? began + Longest : text.IsNew && nextFrame < nextTyping ? nextFrame : nextTyping;
            if (!await Read(due - time.GetUtcNow(), cancellation))
                return;
            // When nothing more can be shown the end is waited for all the same: until then it is what the next message follows.
            canShow = canShow && await Show(time.GetUtcNow(), cancellation);
        }
    }

    /// <summary>Shows what is due.</summary>
    /// <returns>False when nothing more can be shown.</returns>
    private async Task<bool> Show(DateTimeOffset now, CancellationToken cancellation)
    {
        if (isStreamed && now >= nextFrame && (text.IsNew || IsFading(now)))
        {
            if (!await ShowFrame(now, cancellation))
                return false;
            nextFrame = time.GetUtcNow() + frameInterval;
        }

        if (now < nextTyping)
            return true;
        nextTyping = now + TypingInterval;
        return isShown || now - began >= LongestTyping || await frames.Type(target, cancellation);
    }

    /// <summary>Of a long answer the first message is shown. When that is full nothing in it changes any more, and the bot types again.</summary>
    /// <returns>False when nothing more can be shown.</returns>
    private async Task<bool> ShowFrame(DateTimeOffset now, CancellationToken cancellation)
    {
        var next = TelegramText.Beginning(text.Take());
        isShown = next is not null && (!next.IsSame(frame) || IsFading(now));
        if (!isShown)
            return true;
        (frame, shownAt) = (next, now);
        return await frames.Show(target, next!, cancellation);
    }

    private bool IsFading(DateTimeOffset now) => isPrivate && !bot.HasNoDrafts && frame is not null && now - shownAt >= DraftFades;

    /// <summary>Takes what there is, or the next piece that comes in time.</summary>
    /// <returns>False when the turn has ended.</returns>
    private async Task<bool> Read(TimeSpan patience, CancellationToken cancellation)
    {
        if (patience > TimeSpan.Zero && !pieces.TryPeek(out _))
        {
            using var timer = new CancellationTokenSource(patience, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, timer.Token);
            try
            {
                await pieces.WaitToReadAsync(either.Token);
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                return true;
            }
        }

        while (pieces.TryRead(out var piece))
        {
            if (piece is TurnEnded)
                return false;
            text.Add((ReplyChunk)piece);
        }

        return true;
    }
}
