namespace Bus.Faults.Plan;

/// <summary>Something that goes wrong for a while.</summary>
/// <param name="Name">What, for the report.</param>
/// <param name="Target">What it happens to; of two faults with the same target the later waits.</param>
/// <param name="After">The time since the fault before.</param>
/// <param name="Lasts">How long it stays wrong.</param>
/// <param name="Begin">Makes it go wrong.</param>
/// <param name="End">Makes it good.</param>
internal sealed record Fault(string Name, string Target, TimeSpan After, TimeSpan Lasts, Func<Task> Begin, Func<Task> End);

/// <summary>Something that went wrong for a while.</summary>
/// <param name="Name">What.</param>
/// <param name="Target">What it happened to.</param>
/// <param name="From">When it began.</param>
/// <param name="Until">When it was made good.</param>
internal sealed record Happened(string Name, string Target, DateTimeOffset From, DateTimeOffset Until);
