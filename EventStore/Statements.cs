using Npgsql;

namespace Bus.Events;

/// <summary>Statements with their values.</summary>
public static class Statements
{
    /// <summary>A statement.</summary>
    /// <param name="database">Where it is to run.</param>
    /// <param name="sql">The statement.</param>
    /// <param name="values">What <c>$1</c>, <c>$2</c> and so on stand for; times are in UTC.</param>
    public static NpgsqlCommand Statement(this NpgsqlDataSource database, string sql, params IEnumerable<object?> values) =>
        With(database.CreateCommand(sql), values);

    /// <summary>A statement on a connection, in the transaction that is open there.</summary>
    /// <inheritdoc cref="Statement(NpgsqlDataSource, string, IEnumerable{object?})"/>
    public static NpgsqlCommand Statement(this NpgsqlConnection connection, string sql, params IEnumerable<object?> values) =>
        With(new NpgsqlCommand(sql, connection), values);

    /// <summary>Runs a statement.</summary>
    /// <inheritdoc cref="Statement(NpgsqlDataSource, string, IEnumerable{object?})"/>
    /// <returns>How many rows it changed.</returns>
    public static async Task<int> Run(this NpgsqlDataSource database, string sql, CancellationToken cancellation, params IEnumerable<object?> values)
    {
        await using var command = database.Statement(sql, values);
        return await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>Runs a statement on a connection, in the transaction that is open there.</summary>
    /// <inheritdoc cref="Statement(NpgsqlDataSource, string, IEnumerable{object?})"/>
    /// <returns>How many rows it changed.</returns>
    public static async Task<int> Run(this NpgsqlConnection connection, string sql, CancellationToken cancellation, params IEnumerable<object?> values)
    {
        await using var command = connection.Statement(sql, values);
        return await command.ExecuteNonQueryAsync(cancellation);
    }

    private static NpgsqlCommand With(NpgsqlCommand command, IEnumerable<object?> values)
    {
        foreach (var value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value ?? DBNull.Value });
        return command;
    }
}
