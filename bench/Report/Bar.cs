namespace Bus.Bench.Report;

/// <summary>A figure that we have promised.</summary>
internal sealed record Bar(string Name, double Value, double Limit, bool Holds, string? Reason = null)
{
    public static Bar AtMost(string name, double value, double limit, string? reason = null) =>
        new(name, value, limit, value <= limit, value <= limit ? null : reason);

    public static Bar AtLeast(string name, double value, double limit) => new(name, value, limit, value >= limit);

    /// <summary>One line for each bar, and the reason below when it does not hold.</summary>
    public static string Verdicts(IEnumerable<Bar> bars) => string.Join('\n', bars.Select(bar =>
        $"{(bar.Holds ? "holds        " : "DOES NOT HOLD")}  {bar.Name}: {bar.Value:0.###} (limit {bar.Limit}){(bar.Reason is null ? "" : $"\n               {bar.Reason}")}"));
}
