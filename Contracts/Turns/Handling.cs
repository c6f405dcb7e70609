using System.Text.Json.Serialization;

namespace Bus.Contracts;

/// <summary>How a message is to be taken, by the settings of its place.</summary>
/// <param name="IsListenOnly">It was not said to the bot: it is kept, and answered by nobody.</param>
/// <param name="GatherMs">So many milliseconds its sender may take to say more, which is answered together with it.</param>
/// <param name="WhenBusy">A name of <see cref="Contracts.WhenBusy"/>; null is <see cref="WhenBusy.Queue"/>.</param>
/// <param name="IsLate">It was said while nobody listened, and fetched later. Not written when it was not.</param>
/// <param name="Missed">How many other messages were missed that are answered together with it. Not written when there are none.</param>
public sealed record Handling(
    bool IsListenOnly = false,
    int GatherMs = 0,
    string? WhenBusy = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool IsLate = false,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] int Missed = 0);

/// <summary>What becomes of a message that comes while an answer is being made.</summary>
public static class WhenBusy
{
    /// <summary>It has its turn afterwards.</summary>
    public const string Queue = "queue";

    /// <summary>It is answered afterwards, together with all others that came meanwhile.</summary>
    public const string Merge = "merge";

    /// <summary>It stops the answer, if it is from the same person, and has its turn at once.</summary>
    public const string Interrupt = "interrupt";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [Queue, Merge, Interrupt];
}
