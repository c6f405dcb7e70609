namespace Bus.Bench.Log;

/// <summary>Rebuilds of a projection over a log of some length. A figure is the median of them.</summary>
/// <param name="Events">The events of the log, all of them the projection's.</param>
/// <param name="Streams">Their streams.</param>
/// <param name="Runs">The rebuilds, each in a process of its own.</param>
internal sealed record RebuildStep(int Events, int Streams, IReadOnlyList<RebuildRun> Runs)
{
    public double PerSecond => Distribution.Median(Runs.Select(run => Events / run.Seconds));

    public double Megabytes => Distribution.Median(Runs.Select(run => run.PeakBytes / 1e6));
}

/// <param name="Seconds">As the command says it: without the start of the process.</param>
/// <param name="PeakBytes">The most memory that the process ever had (VmHWM).</param>
internal sealed record RebuildRun(double Seconds, long PeakBytes);
