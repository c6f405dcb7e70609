using System.CommandLine;
using System.Globalization;
using System.Text;
using Bus.Contracts;
using Bus.Messaging;

namespace Bus.Host.CommandLine;

/// <summary><c>replay SESSION [--model X] [--system FILE] [--temperature T] [--turns 3-7] [--json]</c>.</summary>
internal static class ReplayCommand
{
    private const int LargestInstruction = 64 * 1024;
    private const int LongestModel = 200;

    private static readonly Argument<string> Session = new("session") { Description = "The id of the session." };
    private static readonly Option<string?> Model = new("--model")
    {
        Description = "The model to ask: one of the provider that answers turns, or provider:model, as in demo or ollama:llama3.2.",
    };

    private static readonly Option<string?> Instruction = new("--system") { Description = "A file with the system instruction; otherwise each turn has the one it had." };
    private static readonly Option<string?> Temperature = new("--temperature") { Description = "0 to 2; otherwise each turn has the one it had." };
    private static readonly Option<string?> Turns = new("--turns") { Description = "The turns to run again, as in 3 or 3-7; otherwise all that have ended." };
    private static readonly Option<bool> Json = new("--json") { Description = "Print one JSON object at the end." };

    public static Command Create()
    {
        var replay = new Command("replay", "Run the user's side of a session again on another model or instruction, and compare turn by turn")
        {
            Session, Model, Instruction, Temperature, Turns, Json,
        };
        replay.SetAction(Run);
        return replay;
    }

    private static async Task<int> Run(ParseResult parsed, CancellationToken cancellation)
    {
        StartReplay start;
        try
        {
            start = await Read(parsed, cancellation);
        }
        catch (InvalidOperationException wrong)
        {
            await Console.Error.WriteLineAsync(wrong.Message);
            return 1;
        }

        return await Tool.Run(
            (services, stop) => new ReplayRun(services, start, ReplayOutput.To(Console.Out, parsed.GetValue(Json))).Run(stop),
            cancellation,
            builder => builder.AddMessaging());
    }

    private static async Task<StartReplay> Read(ParseResult parsed, CancellationToken cancellation) => new(
        Guid.CreateVersion7(TimeProvider.System.GetUtcNow()),
        Guid.TryParseExact(parsed.GetValue(Session), "D", out var sessionId) ? sessionId : throw Wrong("The session is no UUID."),
        parsed.GetValue(Model) is { } model ? ReadModel(model) : null,
        parsed.GetValue(Instruction) is { } file ? await ReadInstruction(file, cancellation) : null,
        parsed.GetValue(Temperature) is { } temperature ? ReadTemperature(temperature) : null,
        parsed.GetValue(Turns) is not { } turns ? null : TurnRange.Parse(turns) ?? throw Wrong($"--turns {TurnRange.Rule}"));

    private static string ReadModel(string model) =>
        string.IsNullOrWhiteSpace(model) ? throw Wrong("--model is empty.")
        : model.Length > LongestModel || model.Any(char.IsControl) ? throw Wrong($"--model must be at most {LongestModel} characters, none of them control characters.")
        : model;

    private static double ReadTemperature(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var temperature) && temperature is >= 0 and <= 2
            ? temperature
            : throw Wrong("--temperature must be a number from 0 to 2.");

    private static async Task<string> ReadInstruction(string file, CancellationToken cancellation)
    {
        try
        {
            if (new FileInfo(file).Length > LargestInstruction)
                throw Wrong($"--system: {file} is larger than {LargestInstruction} bytes.");
            var text = await File.ReadAllTextAsync(file, new UTF8Encoding(false, throwOnInvalidBytes: true), cancellation);
            if (string.IsNullOrWhiteSpace(text))
                throw Wrong($"--system: {file} is empty.");
            return text.Contains('\0', StringComparison.Ordinal) ? throw Wrong($"--system: {file} contains U+0000, which cannot be kept.") : text.Trim();
        }
        catch (DecoderFallbackException)
        {
            throw Wrong($"--system: {file} is no text in UTF-8.");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw Wrong($"--system: {file} cannot be read.");
        }
    }

    private static InvalidOperationException Wrong(string message) => new(message);
}
