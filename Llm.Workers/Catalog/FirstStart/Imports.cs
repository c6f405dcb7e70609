using Bus.Events;
using Npgsql;

namespace Bus.Llm.Catalog.FirstStart;

/// <summary>What was taken into the catalog once, and never again.</summary>
internal sealed class Imports
{
    private readonly Dictionary<string, DateTimeOffset> done = new(StringComparer.Ordinal);

    /// <summary>Reads what was.</summary>
    public static async Task<Imports> Read(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = connection.Statement("select name, imported_at from llm_imports");
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var imports = new Imports();
        while (await reader.ReadAsync(cancellation))
            imports.done[reader.GetString(0)] = reader.GetFieldValue<DateTimeOffset>(1);
        return imports;
    }

    /// <summary>When something was; null when it never was.</summary>
    public DateTimeOffset? At(string name) => done.TryGetValue(name, out var at) ? at : null;

    /// <summary>Remembers it, in the open transaction of a connection.</summary>
    public Task Remember(NpgsqlConnection connection, string name, DateTimeOffset now, CancellationToken cancellation)
    {
        done[name] = now;
        return connection.Run("insert into llm_imports (name, imported_at) values ($1, $2)", cancellation, name, now.UtcDateTime);
    }
}
