namespace Bus.Bench.Log;

/// <summary>All rounds of one case. A figure of the step is the median of its rounds.</summary>
/// <param name="Connections">How many append at the same time.</param>
/// <param name="Events">How many events an append has.</param>
/// <param name="Ours">The rounds of the log.</param>
/// <param name="Floor">The rounds beside them on bare Npgsql.</param>
internal sealed record AppendStep(int Connections, int Events, IReadOnlyList<Round> Ours, IReadOnlyList<Round> Floor)
{
    public static double Of(IEnumerable<Round> rounds, Func<Round, double> figure) => Distribution.Median(rounds.Select(figure));

    /// <summary>Ours by the floor's, each round with the round of the floor beside it.</summary>
    public double Ratio(Func<Round, double> figure) => Distribution.Median(Ours.Zip(Floor, (ours, floor) => figure(ours) / figure(floor)));
}
