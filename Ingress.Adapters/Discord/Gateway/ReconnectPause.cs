namespace Bus.Ingress.Discord.Gateway;

/// <summary>
/// How long a shard waits before it connects again: ever longer while it is in vain. A thousand sessions may begin in a day, so whoever begins one after
/// the other must not use them up; but one that is lost is followed by another at once.
/// </summary>
internal sealed class ReconnectPause
{
    /// <summary>At first.</summary>
    public static readonly TimeSpan First = TimeSpan.FromMilliseconds(500);

    /// <summary>While nothing is used up.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(15);

    /// <summary>While each time a session may have begun.</summary>
    public static readonly TimeSpan LongestToBegin = TimeSpan.FromMinutes(5);

    /// <summary>A session that was held for so long has not begun in vain.</summary>
    private static readonly TimeSpan Lasting = TimeSpan.FromMinutes(1);

    private TimeSpan next = First;

    /// <summary>The pause after a connection, without what chance adds to it.</summary>
    public TimeSpan After(EndedConnection ended)
    {
        if (ended.GoesOn ? ended.IsReady : ended.WentOn || (ended.IsReady && ended.Lasted >= Lasting))
            next = First;
        var pause = next;
        var longest = ended is { GoesOn: false, IsGreeted: true } ? LongestToBegin : Longest;
        next = next * 2 < longest ? next * 2 : longest;
        return pause;
    }
}

/// <summary>A connection of a shard that has ended.</summary>
/// <param name="WentOn">It was to go on with a session.</param>
/// <param name="GoesOn">The next is to.</param>
/// <param name="IsGreeted">Discord was there.</param>
/// <param name="IsReady">It carried a session.</param>
/// <param name="Lasted">How long it was there.</param>
internal sealed record EndedConnection(bool WentOn, bool GoesOn, bool IsGreeted, bool IsReady, TimeSpan Lasted);
