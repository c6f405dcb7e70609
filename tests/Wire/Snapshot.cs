using System.Runtime.CompilerServices;
using Xunit;

namespace Bus.Tests.Wire;

/// <summary>
/// Approved JSON, in <c>Snapshots/NAME.json</c>. A change of it is a change of what other processes, other versions and
/// the log understand: make a new record instead. A snapshot that is missing is written, and the test fails once.
/// </summary>
internal static class Snapshot
{
    private static readonly string Folder = Path.Combine(Path.GetDirectoryName(ThisFile())!, "Snapshots");

    public static IEnumerable<string> Names => Directory.EnumerateFiles(Folder, "*.json").Select(file => Path.GetFileNameWithoutExtension(file)!);

    public static void Check(string name, string text)
    {
        var file = Path.Combine(Folder, $"{name}.json");
        if (!File.Exists(file))
        {
            Directory.CreateDirectory(Folder);
            File.WriteAllText(file, $"{text}\n");
            Assert.Fail($"There was no snapshot of {name}. Look at {file} and keep it.");
        }

        Assert.Equal(File.ReadAllText(file), $"{text}\n");
    }

    /// <summary>What was approved.</summary>
    public static string Read(string name) => File.ReadAllText(Path.Combine(Folder, $"{name}.json"));

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
