using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Bus.Tests.Accounts;

/// <summary>A row of <c>access-matrix.txt</c>: what becomes of a request, for each caller.</summary>
/// <param name="Method">The method.</param>
/// <param name="Path">The path, with a query where that makes a difference.</param>
/// <param name="Needs">The permission; null: none.</param>
/// <param name="Outcomes">What is expected, in the order of <see cref="AccessMatrix.Callers"/>.</param>
internal sealed record AccessRow(string Method, string Path, string? Needs, IReadOnlyList<string> Outcomes)
{
    /// <summary>As the program names it.</summary>
    public string Endpoint => $"{Method} {Path.Split('?')[0]}";
}

/// <summary>Who may do what, written down once.</summary>
internal static partial class AccessMatrix
{
    public static readonly string[] Callers = ["nobody", "local", "user", "user+", "viewer", "viewer+", "operator", "operator+", "admin", "admin+", "bare", "shut"];

    public static IReadOnlyList<AccessRow> Rows { get; } =
    [
        .. File.ReadLines(Path.Combine(Path.GetDirectoryName(ThisFile())!, "access-matrix.txt"))
            .Where(line => line.Length > 0 && line[0] != '#')
            .Select(line => Space().Split(line))
            .Select(cells => new AccessRow(cells[0], cells[1], cells[2] == "-" ? null : cells[2], cells[3..])),
    ];

    private static string ThisFile([CallerFilePath] string path = "") => path;

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();
}
