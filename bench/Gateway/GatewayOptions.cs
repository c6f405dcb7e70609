namespace Bus.Bench.Gateway;

/// <summary>What to measure of the gateway, and for how long.</summary>
internal sealed record GatewayOptions
{
    public const string Usage =
        "gateway [--json] [--seconds 5] [--rounds 5] [--connections 1,32,128] [--targets direct,proxy,gateway] [--limited] [--only load|memory] [--streams 1000] [--memory-minutes 10]";

    private const string Load = "load";
    private const string Memory = "memory";

    /// <summary>One JSON object instead of tables.</summary>
    public bool Json { get; private init; }

    /// <summary>How long each round lasts.</summary>
    public TimeSpan Round { get; private init; } = TimeSpan.FromSeconds(5);

    /// <summary>How often the targets take turns in each case.</summary>
    public int Rounds { get; private init; } = 5;

    /// <summary>Connections with one request each at a time.</summary>
    public IReadOnlyList<int> Connections { get; private init; } = [1, 32, 128];

    /// <summary>Whom to ask.</summary>
    public IReadOnlyList<string> Targets { get; private init; } = Target.All;

    /// <summary>There is a limit that each completion counts against.</summary>
    public bool IsLimited { get; private init; }

    /// <summary>Measure completions one after the other.</summary>
    public bool MeasuresLoad { get; private init; } = true;

    /// <summary>Measure the memory of many open streams: the gateway's, or the last target's.</summary>
    public bool MeasuresMemory { get; private init; } = true;

    /// <summary>How many streams are open then.</summary>
    public int Streams { get; private init; } = 1000;

    /// <summary>For how long.</summary>
    public int MemoryMinutes { get; private init; } = 10;

    public static GatewayOptions Parse(IReadOnlyList<string> words)
    {
        var arguments = new Arguments(words, Usage);
        var options = new GatewayOptions();
        while (arguments.Next(out var option))
        {
            options = option switch
            {
                "--json" => options with { Json = true },
                "--seconds" => options with { Round = TimeSpan.FromSeconds(arguments.Number(1, 3600)) },
                "--rounds" => options with { Rounds = arguments.Number(1, 100) },
                "--connections" => options with { Connections = arguments.Numbers(1, 1024) },
                "--targets" => options.Of(arguments.Words(Target.All)),
                "--limited" => options with { IsLimited = true },
                "--only" => options.Only(arguments.Words([Load, Memory])),
                "--streams" => options with { Streams = arguments.Number(1, 20_000) },
                "--memory-minutes" => options with { MemoryMinutes = arguments.Number(1, 1440) },
                _ => throw arguments.Unknown(option),
            };
        }

        return options;
    }

    /// <summary>In the order that they are compared in, each once.</summary>
    private GatewayOptions Of(string[] targets) => this with { Targets = [.. Target.All.Intersect(targets)] };

    private GatewayOptions Only(string[] parts) => this with { MeasuresLoad = parts.Contains(Load), MeasuresMemory = parts.Contains(Memory) };
}
