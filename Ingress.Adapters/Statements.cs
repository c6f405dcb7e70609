using Npgsql;

namespace Bus.Ingress;

/// <summary>Statements with their values.</summary>
internal static class Statements
{
    /// <summary>A statement.</summary>
    /// <param name="database">Where it is to run.</param>
    /// <param name="sql">The statement.</param>
    /// <param name="values">What <c>$1</c>, <c>$2</c> and so on stand for; none is null, and times are in UTC.</param>
    public static NpgsqlCommand Statement(this NpgsqlDataSource database, string sql, params IEnumerable<object> values)
    {
        var command = database.CreateCommand(sql);
        foreach (var value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        return command;
    }

    /// <summary>Runs a statement that gives nothing back.</summary>
    public static async Task Run(this NpgsqlDataSource database, string sql, CancellationToken cancellation, params IEnumerable<object> values)
    {
        await using var command = database.Statement(sql, values);
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
