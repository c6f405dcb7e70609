using Bus.Ingress.Settings;

namespace Bus.Ingress.Delivery;

/// <summary>
/// Where one answer goes: a chat or a channel of a bot. Each call to the platform is made once, and throws <see cref="PlatformException"/> when it
/// fails; what is to be done about that is decided by <see cref="PlatformCalls"/> and <see cref="LiveFrames"/>.
/// </summary>
internal interface IReplyPlace
{
    /// <summary>The places that settings can be made for, the widest first.</summary>
    IReadOnlyList<SettingScope> Scopes { get; }

    /// <summary>How answers are shown while they come.</summary>
    LivePace Pace { get; }

    /// <summary>An unfinished answer is shown in a message; else in something that goes by itself.</summary>
    bool ShowsMessages { get; }

    /// <summary>The platform knows a message that comes again: of a call that did not come back more can be said than that nobody knows.</summary>
    bool KnowsRepeats { get; }

    /// <summary>What all processes know of the place.</summary>
    Task<Standing> Standing(CancellationToken cancellation);

    /// <summary>The platform wants the place to be left alone.</summary>
    Task LeaveAlone(PlatformException failure, TimeSpan wanted, CancellationToken cancellation);

    /// <summary>The place does not want the bot.</summary>
    Task Block(string reason, CancellationToken cancellation);

    /// <summary>Changes what has to be another way from now on.</summary>
    /// <returns>True when the same may go well now.</returns>
    Task<bool> Adapt(PlatformException failure, CancellationToken cancellation);

    /// <summary>The messages that a text becomes, each with room for a mark.</summary>
    IReadOnlyList<RichText> Split(string markdown);

    /// <summary>The first of them.</summary>
    RichText? Beginning(string markdown);

    /// <summary>Sends a message of the answer.</summary>
    /// <returns>The platform's own id of it.</returns>
    Task<string> Send(ReplyPart part, CancellationToken cancellation);

    /// <summary>What has become of a message of which nobody knows whether it was sent.</summary>
    /// <param name="part">The message.</param>
    /// <param name="begunAt">When it was tried first.</param>
    /// <param name="cancellation">Gives up.</param>
    Task<Sighting> Find(ReplyPart part, DateTimeOffset begunAt, CancellationToken cancellation);

    /// <summary>Changes a message. That twice is the same as once.</summary>
    Task Edit(string id, ReplyPart part, CancellationToken cancellation);

    /// <summary>Removes a message.</summary>
    Task Remove(string id, CancellationToken cancellation);

    /// <summary>Shows for some seconds that the bot is at work.</summary>
    Task Type(CancellationToken cancellation);

    /// <summary>Shows an unfinished answer.</summary>
    /// <param name="text">What there is of it.</param>
    /// <param name="liveId">The message in which it was shown before.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The message in which it is shown now; null when in none.</returns>
    Task<string?> Show(RichText text, string? liveId, CancellationToken cancellation);

    /// <summary>The answer is there.</summary>
    Task Delivered(IReadOnlyList<string> ids, CancellationToken cancellation);
}

/// <summary>How a place stands.</summary>
/// <param name="Waits">How long to leave it alone.</param>
/// <param name="Blocked">Why nothing can be sent to it.</param>
internal sealed record Standing(TimeSpan Waits, string? Blocked);

/// <summary>How answers are shown while they come.</summary>
/// <param name="FrameInterval">The least time between two states of an answer.</param>
/// <param name="TypingInterval">How long it is seen that the bot types.</param>
/// <param name="FadesAfter">After so long what is shown has to be shown again; null when it stays.</param>
internal sealed record LivePace(TimeSpan FrameInterval, TimeSpan TypingInterval, TimeSpan? FadesAfter);

/// <summary>What has become of a message.</summary>
/// <param name="Kind">Whether it is there.</param>
/// <param name="Id">The platform's own id of it, when it is.</param>
internal sealed record Sighting(SightingKind Kind, string? Id = null)
{
    /// <summary>Nobody can say.</summary>
    public static readonly Sighting Unknown = new(SightingKind.Unknown);

    /// <summary>It can be sent.</summary>
    public static readonly Sighting Absent = new(SightingKind.Absent);
}

/// <summary>Whether a message is there.</summary>
internal enum SightingKind
{
    /// <summary>Nobody can say.</summary>
    Unknown,

    /// <summary>It is not there, or the platform makes sure that it is not there twice.</summary>
    Absent,

    /// <summary>It is there.</summary>
    Present,
}
