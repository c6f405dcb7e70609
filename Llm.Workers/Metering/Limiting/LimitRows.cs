using Npgsql;

namespace Bus.Llm.Metering.Limiting;

/// <summary>Limits as they are kept.</summary>
internal static class LimitRows
{
    private static readonly string[] Names =
        ["id", "subject", "subject_id", "unit", "time_window", "amount", "soft_percent", "action", "fallback", "created_at", "updated_at"];

    /// <summary>The columns that <see cref="Read"/> reads.</summary>
    public static string Columns(string table) => string.Join(", ", Names.Select(name => $"{table}.{name}"));

    /// <summary>A limit.</summary>
    /// <param name="reader">The row.</param>
    /// <param name="at">Where its columns begin.</param>
    public static Limit Read(NpgsqlDataReader reader, int at) => new(
        reader.GetGuid(at), reader.GetString(at + 1), Text(reader, at + 2), reader.GetString(at + 3), reader.GetString(at + 4), reader.GetDecimal(at + 5), reader.GetInt32(at + 6),
        reader.GetString(at + 7), Text(reader, at + 8), reader.GetFieldValue<DateTimeOffset>(at + 9), reader.GetFieldValue<DateTimeOffset>(at + 10));

    private static string? Text(NpgsqlDataReader reader, int at) => reader.IsDBNull(at) ? null : reader.GetString(at);
}
