using System.Globalization;
using System.Text.Json;

namespace Bus.Bench.Floor;

/// <summary>
/// The floor in a process of its own, so that its processor time is counted apart. Reads "CHAINS SECONDS" per line,
/// answers each with a <see cref="FloorRound"/>, and ends with its input.
/// </summary>
internal static class FloorServer
{
    public static async Task<int> Run()
    {
        await using var chain = new FloorChain();
        await chain.Start();
        await Console.Out.WriteLineAsync("ready");
        while (await Console.In.ReadLineAsync() is { } line)
        {
            var words = line.Split(' ');
            var round = await chain.Run(
                int.Parse(words[0], CultureInfo.InvariantCulture),
                TimeSpan.FromSeconds(double.Parse(words[1], CultureInfo.InvariantCulture)));
            await Console.Out.WriteLineAsync(JsonSerializer.Serialize(round));
        }

        return 0;
    }
}
