namespace Bus.Bench.Report;

/// <summary>A figure that we have promised.</summary>
internal sealed record Bar(string Name, double Value, double Limit, bool Holds, string? Reason = null)
{
    public static Bar AtMost(string name, double value, double limit, string? reason = null) =>
        new(name, value, limit, value <= limit, value <= limit ? null : reason);

    public static Bar AtLeast(string name, double value, double limit) => new(name, value, limit, value >= limit);
}
