using Bus.Bench.Floor;

namespace Bus.Bench.Turns;

/// <summary>What one of our turns sends and commits, as the servers count it.</summary>
/// <param name="Hops">Deliveries from quorum queues.</param>
/// <param name="Confirmed">Messages published with a confirm.</param>
/// <param name="Transient">Messages published without.</param>
/// <param name="Commits">Commits that write.</param>
internal sealed record TurnShape(double Hops, double Confirmed, double Transient, double Commits)
{
    // Commits for many turns together (the outbox tidied up) come on top of a turn's own.
    private const double Tolerance = 0.1;

    public static TurnShape Of(TurnRound round)
    {
        var turns = (double)round.All;
        return new TurnShape(
            round.Broker!.Durable / turns, round.Broker.Confirmed / turns, round.Broker.Transient / turns, round.Counts[DatabaseCounts.Commits] / turns);
    }

    /// <summary>A floor that does more than our turn would flatter us.</summary>
    /// <exception cref="BenchException">It does.</exception>
    public void Compare()
    {
        if (Hops < FloorHop.Turn.Length - Tolerance || Commits < FloorHop.TotalCommits - Tolerance)
            throw new BenchException($"The floor does more than a turn; change {nameof(FloorHop)}. {this}");
    }

    public override string ToString() =>
        $"A turn as the servers count it: {Hops:f2} durable hops, {Confirmed:f2} confirmed publishes, {Transient:f2} transient ones, {Commits:f2} commits"
        + $" (the floor: {FloorHop.Turn.Length} hops, {FloorHop.TotalCommits} commits).";
}
