using System.Threading.Channels;
using Bus.Contracts;

namespace Bus.Ingress.Delivery;

/// <summary>One answer while it comes: first the bot types, then there is what the model has said, again and again, until the turn ends.</summary>
internal sealed class LiveReply(IReplyPlace place, Guid turnId, bool isStreamed, ChannelReader<object> pieces, LiveFrames frames, TimeProvider time)
{
    /// <summary>An answer that comes at once needs no typing; and typing is seen for some seconds after it.</summary>
    private static readonly TimeSpan BeforeTyping = TimeSpan.FromMilliseconds(300);

    /// <summary>Nobody is shown typing for longer than a turn can last.</summary>
    private static readonly TimeSpan LongestTyping = TimeSpan.FromSeconds(Limits.TurnTimeoutSeconds.Most);

    /// <summary>A message may wait for many turns before its own.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    private readonly LiveText text = new();
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
            nextFrame = time.GetUtcNow() + place.Pace.FrameInterval;
        }

        if (now < nextTyping)
            return true;
        nextTyping = now + place.Pace.TypingInterval;
        return isShown || now - began >= LongestTyping || await frames.Type(place, turnId, cancellation);
    }

    /// <summary>Of a long answer the first message is shown. When that is full nothing in it changes any more, and the bot types again.</summary>
    /// <returns>False when nothing more can be shown.</returns>
    private async Task<bool> ShowFrame(DateTimeOffset now, CancellationToken cancellation)
    {
        var next = place.Beginning(text.Take());
        isShown = next is not null && (!next.IsSame(frame) || IsFading(now));
        if (!isShown)
            return true;
        (frame, shownAt) = (next, now);
        return await frames.Show(place, turnId, next!, cancellation);
    }

    private bool IsFading(DateTimeOffset now) => frame is not null && now - shownAt >= place.Pace.FadesAfter;

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
