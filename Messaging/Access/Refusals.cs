using System.Diagnostics.Metrics;

namespace Bus.Messaging.Access;

/// <summary>Counts who was not let in, by what was wrong.</summary>
/// <param name="meters">Where the counts go.</param>
public sealed class Refusals(IMeterFactory meters)
{
    /// <summary>Where the counts are found.</summary>
    public const string Meter = "Bus.Access";

    private readonly Counter<long> refused = meters.Create(Meter).CreateCounter<long>("bus.access.refused", "{request}", "Requests that were refused for who sent them");

    /// <summary>Counts one.</summary>
    /// <param name="reason">What was wrong: <c>password</c>, <c>refresh</c>, <c>attempts</c>, <c>nobody</c>, <c>credential</c>, <c>permission</c>, <c>owner</c>, <c>csrf</c>.</param>
    public void Count(string reason) => refused.Add(1, new KeyValuePair<string, object?>("reason", reason));
}
