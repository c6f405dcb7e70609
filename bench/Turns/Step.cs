namespace Bus.Bench.Turns;

/// <summary>All rounds at one number of conversations. A figure of the step is the median of its rounds.</summary>
internal sealed record Step(int Parallel, IReadOnlyList<TurnRound> Turns, IReadOnlyList<Round> Floor)
{
    public static double Of<T>(IEnumerable<T> rounds, Func<T, double> figure) => Distribution.Median(rounds.Select(figure));

    /// <summary>Ours by the floor's, each round with the round of the floor beside it; null without a floor.</summary>
    public double? Ratio(Func<Round, double> figure) =>
        Floor.Count == 0 ? null : Distribution.Median(Turns.Zip(Floor, (ours, floor) => figure(ours) / figure(floor)));
}
