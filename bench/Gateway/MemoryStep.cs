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
    private static readonly TimeSpan Settling = TimeSpan.FromMinutes(1);

    /// <summary>The most at any time.</summary>
    public double Most => Samples.Max(sample => sample.Megabytes);

    /// <summary>All minutes, the beginning and the end among them.</summary>
    public IEnumerable<MemorySample> Minutes => Samples
        .GroupBy(sample => (int)Math.Floor(sample.At.TotalMinutes + 0.01), (_, samples) => samples.First());

    /// <summary>Megabytes a minute by which a straight line through all after the first minute rises.</summary>
    public double Slope
    {
        get
        {
            var (minute, megabytes) = (Settled.Average(sample => sample.At.TotalMinutes), Settled.Average(sample => sample.Megabytes));
            return Settled.Sum(sample => (sample.At.TotalMinutes - minute) * (sample.Megabytes - megabytes))
                / Settled.Sum(sample => Math.Pow(sample.At.TotalMinutes - minute, 2));
        }
    }

    /// <summary>Megabytes that this line rises by until the end.</summary>
    public double Growth => Slope * (Settled[^1].At - Settled[0].At).TotalMinutes;

    /// <summary>What the line goes through: of a run of one minute that minute itself.</summary>
    private IReadOnlyList<MemorySample> Settled => Samples[^1].At < 2 * Settling ? Samples : [.. Samples.Where(sample => sample.At >= Settling)];
}

/// <summary>What a process had in memory at a time.</summary>
internal readonly record struct MemorySample(TimeSpan At, double Megabytes);
