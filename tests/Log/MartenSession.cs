using System.Text.Json;
using Bus.Contracts;
using Bus.Tests.Support;
using Npgsql;
using NpgsqlTypes;

namespace Bus.Tests.Log;

/// <summary>A connection with Npgsql's own settings on which statements go as a Marten 9 store of default settings words them.</summary>
internal sealed class MartenSession : IAsyncDisposable
{
    private const string Tenant = "*DEFAULT*";

    private readonly NpgsqlConnection connection;

    private MartenSession(NpgsqlConnection connection) => this.connection = connection;

    public static async Task<MartenSession> Open(string connectionString)
    {
        var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        return new MartenSession(connection);
    }

    /// <summary>The stream's row, then a row per event, in one transaction.</summary>
    public async Task StartStream(Guid stream, string type, DateTime at, params SessionClosed[] events)
    {
        await using var transaction = await connection.BeginTransactionAsync();
        await Run(
            "insert into public.mt_streams (id, type, version, tenant_id) values ($1, $2, $3, $4)",
            new() { Value = stream }, new() { Value = type }, new() { Value = (long)events.Length }, new() { Value = Tenant });
        for (var i = 0; i < events.Length; i++)
        {
            await Run(
                "insert into public.mt_events (data, type, mt_dotnet_type, bdata, id, stream_id, version, timestamp, tenant_id, seq_id) "
                + "values ($1, $2, $3, $4, $5, $6, $7, $8, $9, nextval('public.mt_events_sequence'))",
                new() { Value = JsonSerializer.Serialize(events[i]), NpgsqlDbType = NpgsqlDbType.Jsonb }, new() { Value = "session_closed" },
                new() { Value = "Bus.Contracts.SessionClosed, Bus.Contracts" }, new() { Value = DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bytea },
                new() { Value = Some.Id() }, new() { Value = stream }, new() { Value = i + 1L }, new() { Value = at }, new() { Value = Tenant });
        }

        await transaction.CommitAsync();
    }

    /// <summary>By the function. The stream's version, then the number of each event.</summary>
    public async Task<string> Append(Guid stream, string? type, DateTime at, long? expected, params SessionClosed[] events)
    {
        await using var command = new NpgsqlCommand("select public.mt_quick_append_events($1,$2,$3,$4,$5,$6,$7,$8,$9,$10)", connection)
        {
            Parameters =
            {
                new() { Value = stream },
                new() { Value = (object?)type ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Varchar },
                new() { Value = Tenant, NpgsqlDbType = NpgsqlDbType.Varchar },
                new() { Value = events.Select(_ => Some.Id()).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid },
                new() { Value = events.Select(_ => "session_closed").ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Varchar },
                new() { Value = events.Select(_ => "Bus.Contracts.SessionClosed, Bus.Contracts").ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Varchar },
                new() { Value = events.Select(e => JsonSerializer.Serialize(e)).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Jsonb },
                new() { Value = new byte[]?[events.Length], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bytea },
                new() { Value = events.Select(_ => at).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.TimestampTz },
                new() { Value = (object?)expected ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bigint },
            },
        };
        return string.Join(' ', (long[])(await command.ExecuteScalarAsync())!);
    }

    /// <summary>A stream, with the columns that a store of default settings selects: number, name, .NET type, stream, version, tenant, archived.</summary>
    public Task<IReadOnlyList<string>> FetchStream(Guid stream) => Rows(
        "select d.data, d.type, d.mt_dotnet_type, d.bdata, d.seq_id, d.id, d.stream_id, d.version, d.timestamp, d.tenant_id, d.is_archived "
        + "from public.mt_events as d where d.stream_id = $1 and d.is_archived = FALSE order by d.version",
        reader =>
        {
            // As it is read there: the body and nothing else, in the exact case of its properties.
            JsonSerializer.Deserialize<SessionClosed>(reader.GetString(0));
            return $"{reader.GetInt64(4)} {reader.GetString(1)} {reader.GetString(2)} {reader.GetGuid(6)} {reader.GetInt64(7)} {reader.GetString(9)} {reader.GetBoolean(10)}";
        },
        new NpgsqlParameter { Value = stream });

    /// <summary>How many rows were written.</summary>
    public async Task<int> Run(string sql, params NpgsqlParameter[] parameters)
    {
        await using var command = Command(sql, parameters);
        return await command.ExecuteNonQueryAsync();
    }

    public async Task<IReadOnlyList<string>> Rows(string sql, Func<NpgsqlDataReader, string> row, params NpgsqlParameter[] parameters)
    {
        await using var command = Command(sql, parameters);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        while (await reader.ReadAsync())
            rows.Add(row(reader));
        return rows;
    }

    public ValueTask DisposeAsync() => connection.DisposeAsync();

    private NpgsqlCommand Command(string sql, NpgsqlParameter[] parameters)
    {
        var command = new NpgsqlCommand(sql, connection);
        command.Parameters.AddRange(parameters);
        return command;
    }
}
