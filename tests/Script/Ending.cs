using Xunit;

namespace Bus.Tests.Script;

/// <summary>How a run of the script ended, and the lines it wrote.</summary>
internal sealed record Ending(int ExitCode, IReadOnlyList<string> Output, IReadOnlyList<string> Errors)
{
    public string All => string.Join('\n', [$"exit code {ExitCode}", .. Output, "--- errors:", .. Errors]);

    /// <summary>The one line that says why it failed; nothing else was written.</summary>
    public string Refusal()
    {
        Assert.True(ExitCode == 1 && Output.Count == 0 && Errors.Count == 1, All);
        return Errors[0];
    }
}
