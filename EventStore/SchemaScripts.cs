using System.Reflection;

namespace Bus.Events;

/// <summary>
/// The numbered <c>.sql</c> files of one module (<c>Schema/001_name.sql</c>, embedded): each is applied once, in order,
/// and never changed afterwards.
/// </summary>
/// <param name="Module">The module.</param>
/// <param name="Scripts">The SQL of each file; the first has number 1.</param>
public sealed record SchemaScripts(string Module, IReadOnlyList<string> Scripts)
{
    /// <summary>The scripts embedded in a module's assembly.</summary>
    /// <exception cref="InvalidOperationException">Their numbers are not 1, 2, 3, ...</exception>
    public static SchemaScripts Of(Assembly assembly)
    {
        var module = assembly.GetName().Name!;
        var names = assembly.GetManifestResourceNames().Where(name => name.EndsWith(".sql", StringComparison.Ordinal)).Order(StringComparer.Ordinal).ToList();
        for (var i = 0; i < names.Count; i++)
        {
            if (!names[i].Contains($".{i + 1:000}_", StringComparison.Ordinal))
                throw new InvalidOperationException($"{module} has no schema file number {i + 1:000}.");
        }

        return new SchemaScripts(module, [.. names.Select(name => Text(assembly, name))]);
    }

    private static string Text(Assembly assembly, string name)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
