using System.Text.Json;
using MassTransit;
using Npgsql;
using NpgsqlTypes;

namespace Bus.Messaging;

/// <summary>A saga that may wait only so long.</summary>
public interface IHaveDeadline
{
    /// <summary>What it waits for.</summary>
    string CurrentState { get; }

    /// <summary>Until when; null when it does not wait.</summary>
    DateTimeOffset? Deadline { get; }
}

/// <summary>
/// The table of one kind of saga: <c>id uuid primary key, state text, deadline timestamptz, body json</c>. The module
/// that owns the saga creates it.
/// </summary>
/// <param name="Name">The table's name.</param>
public sealed record SagaTable<TSaga>(string Name)
    where TSaga : class, ISaga, IHaveDeadline
{
    internal NpgsqlBatchCommand Select(Guid id) =>
        new($"select body from {Name} where id = $1 for update") { Parameters = { new() { Value = id } } };

    /// <summary>A row that somebody else inserted first makes this fail, and the message is consumed again.</summary>
    internal NpgsqlBatchCommand Insert(TSaga saga) => With(saga, $"insert into {Name} (id, state, deadline, body) values ($1, $2, $3, $4)");

    internal NpgsqlBatchCommand Update(TSaga saga) => With(saga, $"update {Name} set state = $2, deadline = $3, body = $4 where id = $1");

    internal NpgsqlBatchCommand Delete(TSaga saga) =>
        new($"delete from {Name} where id = $1") { Parameters = { new() { Value = saga.CorrelationId } } };

    private static NpgsqlBatchCommand With(TSaga saga, string sql) => new(sql)
    {
        Parameters =
        {
            new() { Value = saga.CorrelationId },
            new() { Value = saga.CurrentState },
            new() { Value = (object?)saga.Deadline?.UtcDateTime ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz },
            new() { Value = JsonSerializer.Serialize(saga), NpgsqlDbType = NpgsqlDbType.Json },
        },
    };
}
