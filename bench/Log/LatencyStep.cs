namespace Bus.Bench.Log;

/// <summary>How soon a projection showed what was appended.</summary>
/// <param name="Name">The load.</param>
/// <param name="Projected">Milliseconds from the return of each append until somebody who reads the projection sees its row.</param>
/// <param name="Append">Milliseconds of the appends themselves.</param>
internal sealed record LatencyStep(string Name, Distribution Projected, Distribution Append);
