namespace Bus.Bench.Telegram;

/// <summary>What to measure of Telegram, and how often.</summary>
internal sealed record TelegramOptions
{
    public const string Usage = "telegram [--json] [--turns 300] [--no-processor]";

    /// <summary>One JSON object instead of tables.</summary>
    public bool Json { get; private init; }

    /// <summary>Turns of each kind at each place.</summary>
    public int Turns { get; private init; } = 300;

    /// <summary>Measure what a turn takes of the processors as well.</summary>
    public bool Processor { get; private init; } = true;

    public static TelegramOptions Parse(IReadOnlyList<string> words)
    {
        var arguments = new Arguments(words, Usage);
        var options = new TelegramOptions();
        while (arguments.Next(out var option))
        {
            options = option switch
            {
                "--json" => options with { Json = true },
                "--no-processor" => options with { Processor = false },
                "--turns" => options with { Turns = arguments.Number(1, 100_000) },
                _ => throw arguments.Unknown(option),
            };
        }

        return options;
    }
}
