namespace Bus.Bench;

/// <summary>What to measure, and for how long.</summary>
internal sealed record BenchOptions
{
    public const string Usage = "turns [--json] [--seconds 10] [--rounds 3] [--parallel 1,8,32,128] [--no-floor] [--no-streaming]";

    /// <summary>One JSON object instead of tables.</summary>
    public bool Json { get; private init; }

    /// <summary>How long each round of each step lasts.</summary>
    public TimeSpan Round { get; private init; } = TimeSpan.FromSeconds(10);

    /// <summary>How often the floor and the turns take turns in each step.</summary>
    public int Rounds { get; private init; } = 3;

    /// <summary>The steps: conversations in parallel.</summary>
    public IReadOnlyList<int> Parallel { get; private init; } = [1, 8, 32, 128];

    /// <summary>Measure the bare pipeline as well.</summary>
    public bool Floor { get; private init; } = true;

    /// <summary>Measure what streaming costs as well.</summary>
    public bool Streaming { get; private init; } = true;

    public static BenchOptions Parse(IReadOnlyList<string> words)
    {
        var arguments = new Arguments(words, Usage);
        var options = new BenchOptions();
        while (arguments.Next(out var option))
        {
            options = option switch
            {
                "--json" => options with { Json = true },
                "--no-floor" => options with { Floor = false },
                "--no-streaming" => options with { Streaming = false },
                "--seconds" => options with { Round = TimeSpan.FromSeconds(arguments.Number(1, 3600)) },
                "--rounds" => options with { Rounds = arguments.Number(1, 100) },
                "--parallel" => options with { Parallel = arguments.Numbers(1, 1024) },
                _ => throw arguments.Unknown(option),
            };
        }

        return options;
    }
}
