namespace Bus.Tests.Script;

/// <summary>What runs, as the kernel tells it.</summary>
internal static class ProcessesOf
{
    /// <summary>Processes that work in a folder or below, or whose command line mentions it.</summary>
    public static IReadOnlyList<(int Id, string Text)> Folder(string folder) =>
    [
        .. from directory in Directory.EnumerateDirectories("/proc")
           let name = Path.GetFileName(directory)
           where name.All(char.IsAsciiDigit)
           let commandLine = CommandLine(directory)
           where commandLine.Contains(folder, StringComparison.Ordinal) || WorkingDirectory(directory).StartsWith(folder, StringComparison.Ordinal)
           select (int.Parse(name, null), $"{name} {commandLine[..Math.Min(commandLine.Length, 120)].Trim()}"),
    ];

    // A process may end, or be another user's, while it is asked.
    private static string CommandLine(string process)
    {
        try
        {
            return File.ReadAllText($"{process}/cmdline").Replace('\0', ' ');
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private static string WorkingDirectory(string process)
    {
        try
        {
            return new FileInfo($"{process}/cwd").LinkTarget ?? "";
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
