using System.Reflection;
using System.Runtime.CompilerServices;

namespace Bus.Tests.Architecture;

/// <summary>The source tree and the assemblies under test.</summary>
internal static class Solution
{
    public static readonly string Root = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(ThisFile())!, "../.."));

    public static readonly string[] Ground = ["Contracts", "EventStore", "Messaging"];

    public static readonly IReadOnlyDictionary<string, string> Assemblies = new Dictionary<string, string>
    {
        ["Contracts"] = "Bus.Contracts",
        ["EventStore"] = "Bus.Events",
        ["Messaging"] = "Bus.Messaging",
        ["Accounts"] = "Bus.Accounts",
        ["Ingress.Adapters"] = "Bus.Ingress",
        ["Conversation.Saga"] = "Bus.Conversations",
        ["Llm.Workers"] = "Bus.Llm",
        ["Memory.Projections"] = "Bus.Memory",
        ["Host"] = "Bus.Host",
    };

    public static readonly string[] Features = ["Accounts", "Ingress.Adapters", "Conversation.Saga", "Llm.Workers", "Memory.Projections"];

    /// <summary>Every project below the root, as its path.</summary>
    public static IEnumerable<string> Projects() => Sources("*.csproj");

    /// <summary>Files of ours below the root, relative to it.</summary>
    public static IEnumerable<string> Sources(string pattern, string below = ".") => Directory
        .EnumerateFiles(Path.Combine(Root, below), pattern, SearchOption.AllDirectories)
        .Select(file => Path.GetRelativePath(Root, file))
        .Where(file => file.Split('/')[0] is not ("artifacts" or ".bus" or ".git") && !file.Contains("/node_modules/", StringComparison.Ordinal));

    public static Assembly Load(string project) => Assembly.Load(Assemblies[project]);

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
