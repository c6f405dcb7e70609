namespace Bus.Host;

/// <summary>Which parts of the system a process runs.</summary>
internal sealed class Roles
{
    public const string Ingress = "ingress";
    public const string Saga = "saga";
    public const string Llm = "llm";
    public const string Memory = "memory";
    public const string Media = "media";
    public const string Web = "web";

    public static readonly IReadOnlyList<string> All = [Ingress, Saga, Llm, Memory, Media, Web];

    private readonly HashSet<string> chosen;

    private Roles(IEnumerable<string> chosen) => this.chosen = new HashSet<string>(chosen, StringComparer.Ordinal);

    /// <summary>The roles chosen, in their usual order.</summary>
    public IEnumerable<string> Chosen => All.Where(chosen.Contains);

    /// <summary>Reads a list separated by commas; nothing means all.</summary>
    /// <exception cref="InvalidOperationException">There is no such role.</exception>
    public static Roles Parse(string? list)
    {
        if (string.IsNullOrWhiteSpace(list))
            return new Roles(All);
        var names = list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return names.FirstOrDefault(name => !All.Contains(name)) is { } unknown
            ? throw new InvalidOperationException($"There is no role '{unknown}'. The roles are: {string.Join(", ", All)}.")
            : new Roles(names);
    }

    public bool Has(string role) => chosen.Contains(role);
}
