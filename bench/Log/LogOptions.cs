namespace Bus.Bench.Log;

/// <summary>What to measure of the log, and for how long.</summary>
internal sealed record LogOptions
{
    public const string Usage = "log [--json] [--seconds 4] [--rounds 5] [--connections 1,8,32] [--events 1,10] [--no-appends] [--no-latency] [--no-rebuild]";

    /// <summary>One JSON object instead of tables.</summary>
    public bool Json { get; private init; }

    /// <summary>How long each round lasts.</summary>
    public TimeSpan Round { get; private init; } = TimeSpan.FromSeconds(4);

    /// <summary>How often the floor and ours take turns in each case.</summary>
    public int Rounds { get; private init; } = 5;

    /// <summary>Connections that append at the same time.</summary>
    public IReadOnlyList<int> Connections { get; private init; } = [1, 8, 32];

    /// <summary>Events per append.</summary>
    public IReadOnlyList<int> Events { get; private init; } = [1, 10];

    /// <summary>Measure appends beside the floor.</summary>
    public bool Appends { get; private init; } = true;

    /// <summary>Measure how soon projections show what was appended.</summary>
    public bool Latency { get; private init; } = true;

    /// <summary>Measure rebuilds of a projection.</summary>
    public bool Rebuild { get; private init; } = true;

    public static LogOptions Parse(IReadOnlyList<string> words)
    {
        var arguments = new Arguments(words, Usage);
        var options = new LogOptions();
        while (arguments.Next(out var option))
        {
            options = option switch
            {
                "--json" => options with { Json = true },
                "--no-appends" => options with { Appends = false },
                "--no-latency" => options with { Latency = false },
                "--no-rebuild" => options with { Rebuild = false },
                "--seconds" => options with { Round = TimeSpan.FromSeconds(arguments.Number(1, 3600)) },
                "--rounds" => options with { Rounds = arguments.Number(1, 100) },
                "--connections" => options with { Connections = arguments.Numbers(1, 200) },
                "--events" => options with { Events = arguments.Numbers(1, 1000) },
                _ => throw arguments.Unknown(option),
            };
        }

        return options;
    }
}
