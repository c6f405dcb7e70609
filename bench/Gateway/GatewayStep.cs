namespace Bus.Bench.Gateway;

/// <summary>All rounds of one case. A figure of the step is the median of its rounds.</summary>
/// <param name="Connections">How many ask at the same time.</param>
/// <param name="IsStreamed">Answers come in chunks.</param>
/// <param name="Rounds">The rounds of each target, those of the same number one after the other.</param>
internal sealed record GatewayStep(int Connections, bool IsStreamed, IReadOnlyDictionary<string, List<CompletionRound>> Rounds)
{
    public string Shape => IsStreamed ? "streamed" : "whole";

    public bool Has(params string[] targets) => targets.All(Rounds.ContainsKey);

    public double Of(string target, Func<CompletionRound, double> figure) => Distribution.Median(Rounds[target].Select(figure));

    /// <summary>A target's by another's, each round with the one beside it.</summary>
    public double Ratio(string target, string by, Func<CompletionRound, double> figure) =>
        Distribution.Median(Rounds[target].Zip(Rounds[by], (one, other) => figure(one) / figure(other)));

    /// <summary>What a target has more than another, each round beside the other's.</summary>
    public double More(string target, string than, Func<CompletionRound, double> figure) =>
        Distribution.Median(Rounds[target].Zip(Rounds[than], (one, other) => figure(one) - figure(other)));

    public int Errors(string target) => Rounds[target].Sum(round => round.Errors);
}
