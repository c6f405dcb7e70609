namespace Bus.Bench.Gateway;

/// <summary>What a process had in memory while streams were open.</summary>
/// <param name="Target">Whose process.</param>
/// <param name="Streams">How many were open.</param>
/// <param name="Before">Megabytes before the first.</param>
/// <param name="Samples">From all of them open to the end.</param>
/// <param name="OpenAtEnd">How many the upstream knew to be open at the end.</param>
/// <param name="Lost">How many ended before.</param>
/// <param name="Why">Why the first of them did.</param>
/// <param name="LetGo">How long after the end the upstream knew that nobody reads any more; null when it did not.</param>
internal sealed record MemoryStep(
    string Target, int Streams, double Before, IReadOnlyList<MemorySample> Samples, long OpenAtEnd, int Lost, string? Why, TimeSpan? LetGo)
{
    /// <summary>Until then memory grows, whatever happens: the garbage collector does not begin before it has given out some.</summary>
    private static readonly TimeSpan Settled = TimeSpan.FromMinutes(1);

    /// <summary>The most at any time.</summary>
    public double Most => Samples.Max(sample => sample.Megabytes);

    /// <summary>All minutes, the beginning and the end among them.</summary>
    public IEnumerable<MemorySample> Minutes => Samples
        .GroupBy(sample => (int)Math.Floor(sample.At.TotalMinutes + 0.01), (_, samples) => samples.First());

    /// <summary>Megabytes a minute that a straight line through what was measured after the first minute grows by; through all of it when there was no more.</summary>
    public double Slope
    {
        get
        {
            var settled = Samples.Where(sample => sample.At >= Settled).ToList();
            var samples = settled.Count > 2 ? settled : Samples;
            var (minute, megabytes) = (samples.Average(sample => sample.At.TotalMinutes), samples.Average(sample => sample.Megabytes));
            return samples.Sum(sample => (sample.At.TotalMinutes - minute) * (sample.Megabytes - megabytes))
                / samples.Sum(sample => Math.Pow(sample.At.TotalMinutes - minute, 2));
        }
    }

    /// <summary>What it grows by in ten minutes at that rate.</summary>
    public double InTenMinutes => 10 * Slope;
}

/// <summary>What a process had in memory at a time.</summary>
internal readonly record struct MemorySample(TimeSpan At, double Megabytes);
