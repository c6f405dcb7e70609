namespace Bus.Fakes.Discord;

/// <content>What goes wrong.</content>
public sealed partial class FakeDiscord
{
    /// <summary>Whether it refuses more than five messages, edits or looks at the history in five seconds and channel, and more than fifty calls a second.</summary>
    public bool LimitsRate { get; set; }

    /// <summary>How many edits of messages that are older than an hour it lets pass; null means all.</summary>
    public int? OldEditsLeft { get; set; }

    /// <summary>Whether it insists on a User-Agent as documented, as the edge of Discord does with some.</summary>
    public bool ChecksUserAgent { get; set; } = true;

    /// <summary>Calls that came before the time was over that a 429 told.</summary>
    public int CallsInsideWindows => Faults.CallsInsideWindows;

    /// <summary>
    /// The next calls of a route, about a channel, fail; null means any. A route is written as <c>POST /channels/*/messages</c>;
    /// <c>*</c> stands for one part of the path, or for any method.
    /// </summary>
    public void Fail(string? route, ulong? channelId, Failure failure, int times = 1) => Faults.Add(route, channelId, failure, times);

    /// <summary>The next calls of a route fail.</summary>
    public void Fail(string? route, Failure failure, int times = 1) => Fail(route, null, failure, times);

    /// <summary>Asks for each call whether it fails; what <see cref="Fail(string?, ulong?, Failure, int)"/> says comes first.</summary>
    public void Schedule(Func<FakeCall, Failure?>? plan) => Faults.Plan = plan;

    /// <summary>Nothing fails any more, except where too many requests are still refused.</summary>
    public void Heal() => Faults.Heal();
}
