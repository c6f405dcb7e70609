using Bus.Bench.Machine;

namespace Bus.Bench.Gateway;

/// <summary>
/// What a while of completions gave: besides, the milliseconds to the first chunk with content of each that was streamed, the completions that were refused, broken
/// or wrong, which count nowhere else, and what the target had in memory when it was over.
/// </summary>
internal sealed record CompletionRound(
    int InTime, int All, double Seconds, double SecondsOfAll, Distribution Latency, IReadOnlyDictionary<string, double> Processor, MachineShare Machine,
    Distribution FirstChunk,
    int Errors,
    double Megabytes)
    : Round(InTime, All, Seconds, SecondsOfAll, Latency, Processor, Machine);
