using Bus.Faults.Chats;
using Bus.Faults.Plan;

namespace Bus.Faults.Check;

/// <summary>Telegram is asked by one process at a time, and chats are left alone when a platform wants that.</summary>
internal sealed class CallRules(
    IReadOnlyCollection<Conflict> conflicts, IReadOnlyCollection<CallTooSoon> tooSoon, IReadOnlyCollection<Happened> faults, IReadOnlyDictionary<string, DateTimeOffset> ends)
{
    /// <summary>From the answer that tells one process until no other, which had looked before, makes its call.</summary>
    public static readonly TimeSpan UntilKnown = TimeSpan.FromSeconds(2);

    /// <summary>From the end of a fault until a process has noticed what it has missed.</summary>
    public static readonly TimeSpan UntilNoticed = TimeSpan.FromSeconds(5);

    /// <summary>Conflicts that no process heard of: it was dead already.</summary>
    public int Unheard => conflicts.Count(IsUnheard);

    /// <summary>Calls that were made before anybody could know better.</summary>
    public int InFlight => tooSoon.Count(IsInFlight);

    /// <summary>What does not hold.</summary>
    public IEnumerable<string> Broken() =>
    [
        .. conflicts.Where(conflict => !IsUnheard(conflict) && !IsCut(conflict))
            .Select(conflict => $"{conflict.Life} asked for updates at {conflict.At:HH:mm:ss.fff} while another did, and neither had been cut off"),
        .. tooSoon.Where(call => !IsInFlight(call) && !CannotKnow(call))
            .Select(call => $"{call.Method} to chat {call.Chat} at {call.At:HH:mm:ss.fff}, which was to be left alone since {call.Began:HH:mm:ss.fff}, and that was told at {call.Told:HH:mm:ss.fff}"),
    ];

    private bool IsUnheard(Conflict conflict) => ends.TryGetValue(conflict.Life, out var end) && end <= conflict.At;

    /// <summary>
    /// A process that was cut off from the database, or stood still, has lost its right to ask without knowing. When it goes on, it may ask once more:
    /// then it is the other that hears of it. And calls that were held back on their way come when nobody waits for them any longer.
    /// </summary>
    private bool IsCut(Conflict conflict) => During(conflict.At, conflict.At).Any(fault =>
        fault.Target == "PostgreSQL"
        || (fault.Target.StartsWith("ingress", StringComparison.Ordinal)
            && (fault.Name.Contains("SIGSTOP", StringComparison.Ordinal) || fault.Name.Contains("PostgreSQL", StringComparison.Ordinal) || fault.Name.Contains("Telegram", StringComparison.Ordinal))));

    private static bool IsInFlight(CallTooSoon call) => call.At <= call.Told + UntilKnown;

    /// <summary>Who was told did not live to say so, or could not, or whoever called had looked and stood still then.</summary>
    private bool CannotKnow(CallTooSoon call) => During(call.Began, call.At).Any(fault =>
        fault.Target == "PostgreSQL" || fault.Target.StartsWith("ingress", StringComparison.Ordinal));

    private IEnumerable<Happened> During(DateTimeOffset from, DateTimeOffset until) =>
        faults.Where(fault => fault.From <= until && from <= fault.Until + UntilNoticed);
}
