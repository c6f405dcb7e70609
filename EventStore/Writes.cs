using System.Text;
using Npgsql;
using NpgsqlTypes;

namespace Bus.Events;

/// <summary>
/// Several writes as one statement (data-modifying <c>with</c> queries of PostgreSQL): all of them or none, without
/// <c>begin</c> and <c>commit</c>, and for much less than the same writes one by one. A row may be written once only, and no
/// write sees another's work but through the rows that it returns.
/// </summary>
public sealed class Writes
{
    private readonly StringBuilder sql = new();
    private readonly NpgsqlBatchCommand statement = new();
    private int count;

    /// <summary>Adds a write.</summary>
    /// <param name="write">The SQL; its values are places that <see cref="Value{T}"/> and the like have given.</param>
    /// <returns>The name by which later writes can select the rows that this one returns.</returns>
    public string Add(string write)
    {
        var name = $"write_{++count}";
        sql.Append(count == 1 ? "with " : ", ").Append(name).Append(" as (").Append(write).Append(')');
        return name;
    }

    /// <summary>The place of a value.</summary>
    public string Value<T>(T value) => Place(new NpgsqlParameter<T> { TypedValue = value });

    /// <summary>The place of a JSON text in UTF-8.</summary>
    public string Json(byte[] value) => Place(new NpgsqlParameter<byte[]> { TypedValue = value, NpgsqlDbType = NpgsqlDbType.Json });

    /// <inheritdoc cref="Json"/>
    public string Jsonb(byte[] value) => Place(new NpgsqlParameter<byte[]> { TypedValue = value, NpgsqlDbType = NpgsqlDbType.Jsonb });

    /// <summary>The place of a point in time, or of null.</summary>
    public string Time(DateTimeOffset? value) =>
        Place(new NpgsqlParameter { Value = (object?)value?.UtcDateTime ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz });

    /// <summary>The statement, when all is added.</summary>
    /// <param name="waitForDisk">
    /// False when a later transaction on the same connection waits until the log of PostgreSQL is on the disk, and nobody is told before.
    /// </param>
    public NpgsqlBatchCommand Statement(bool waitForDisk = true)
    {
        statement.CommandText = sql.Append(waitForDisk ? " select" : " select set_config('synchronous_commit', 'off', true)").ToString();
        return statement;
    }

    private string Place(NpgsqlParameter parameter)
    {
        statement.Parameters.Add(parameter);
        return $"${statement.Parameters.Count}";
    }
}
