namespace Bus.Ingress.Delivery;

/// <summary>
/// Shows unfinished answers. A frame may be left out; none is shown while the platform wants the place to be left alone, nor after the end has
/// begun, whoever brings it.
/// </summary>
internal sealed class LiveFrames(DeliveryLedger ledger, TimeProvider time)
{
    /// <summary>How long a frame may take; whoever brings the end waits for it a little longer.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan Claimed = TimeSpan.FromSeconds(8);

    /// <summary>Shows that the bot is at work, unless the answer is there: whoever takes in a message that was taken in before does not hear of it.</summary>
    /// <returns>False when nothing more can be shown.</returns>
    public async Task<bool> Type(IReplyPlace place, Guid turnId, CancellationToken cancellation)
    {
        var standing = await place.Standing(cancellation);
        if (standing.Blocked is not null || (await ledger.Read(turnId, cancellation)).Delivery.IsFinal)
            return false;
        if (standing.Waits > TimeSpan.Zero)
            return true;
        try
        {
            await place.Type(cancellation);
            return true;
        }
        catch (PlatformException failure)
        {
            return await Learn(place, failure, cancellation);
        }
    }

    /// <summary>Shows what there is of an answer.</summary>
    /// <returns>False when nothing more can be shown.</returns>
    public async Task<bool> Show(IReplyPlace place, Guid turnId, RichText text, CancellationToken cancellation)
    {
        var standing = await place.Standing(cancellation);
        if (standing.Blocked is not null)
            return false;
        if (standing.Waits > TimeSpan.Zero)
            return true;

        var showsMessages = place.ShowsMessages;
        var (delivery, isOurs) = await ledger.Change(turnId, now => now.IsFinal || now.IsLiveLost ? null : Begun(now, showsMessages), cancellation);
        if (!isOurs)
            return false;

        var (liveId, failure) = (delivery.LiveId, default(PlatformException));
        try
        {
            liveId = await Call(place, text, liveId, cancellation);
        }
        catch (PlatformException problem)
        {
            failure = problem;
        }
        finally
        {
            // The process may be about to end: that the call is over is worth a moment.
            var isUnknown = delivery.LiveBegunAt is not null && liveId is null && failure is null or { MayBeDone: true };
            await ledger.Change(turnId, now => Ended(now, liveId, isUnknown, place), CancellationToken.None);
        }

        if (failure is null)
            return true;
        if (!await Learn(place, failure, cancellation))
            return false;
        return place.ShowsMessages == showsMessages || await Show(place, turnId, text, cancellation);
    }

    private DeliveryState Begun(DeliveryState now, bool showsMessages) => now with
    {
        FrameUntil = time.GetUtcNow() + Claimed,
        LiveBegunAt = showsMessages && now.LiveId is null ? now.LiveBegunAt ?? time.GetUtcNow() : null,
    };

    /// <summary>Where the platform knows repeats, what nobody knows is known by the next frame, or by whoever brings the end.</summary>
    private static DeliveryState Ended(DeliveryState now, string? liveId, bool isUnknown, IReplyPlace place) => now with
    {
        FrameUntil = null,
        LiveId = liveId ?? now.LiveId,
        LiveBegunAt = isUnknown && place.KnowsRepeats ? now.LiveBegunAt : null,
        IsLiveLost = now.IsLiveLost || (isUnknown && !place.KnowsRepeats),
    };

    private async Task<string?> Call(IReplyPlace place, RichText text, string? liveId, CancellationToken cancellation)
    {
        using var timer = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, timer.Token);
        try
        {
            return await place.Show(text, liveId, either.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new PlatformException(PlatformProblem.Unknown, "The platform did not answer in time.");
        }
    }

    /// <summary>What a failure says about the place.</summary>
    /// <returns>False when nothing more can be shown.</returns>
    private static async Task<bool> Learn(IReplyPlace place, PlatformException failure, CancellationToken cancellation)
    {
        if (failure.RetryAfter is { } wanted)
        {
            await place.LeaveAlone(failure, wanted, cancellation);
            return true;
        }

        if (await place.Adapt(failure, cancellation))
            return true;
        if (failure.Problem == PlatformProblem.Forbidden)
            await place.Block(failure.Message, cancellation);
        return failure.IsPassing;
    }
}
