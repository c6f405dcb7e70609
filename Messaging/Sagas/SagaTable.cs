using Bus.Events;
using MassTransit;
using Npgsql;

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
/// The table of one kind of saga: <c>id uuid primary key, state text, deadline timestamptz, body json, version bigint</c>. The
/// module that owns the saga creates it.
/// </summary>
/// <param name="Name">The table's name.</param>
public sealed record SagaTable<TSaga>(string Name)
    where TSaga : class, ISaga, IHaveDeadline
{
    /// <summary>The row of a saga, and whether a message was consumed before.</summary>
    internal NpgsqlBatchCommand Select(Guid id, UnitOfWork unit) => new($"""
        select version, body, exists (select from bus_inbox where message_id = $2 and consumer_id = $3) from {Name} where id = $1
        """)
    {
        Parameters =
        {
            new NpgsqlParameter<Guid> { TypedValue = id },
            new NpgsqlParameter<Guid> { TypedValue = unit.MessageId },
            new NpgsqlParameter<Guid> { TypedValue = unit.ConsumerId },
        },
    };

    /// <summary>Adds the write that brings a saga from one version to the next. It returns no row when the saga is at another version.</summary>
    /// <param name="writes">The statement.</param>
    /// <param name="saga">The saga.</param>
    /// <param name="body">The saga, serialised.</param>
    /// <param name="version">The version it was loaded at; 0 when it is new.</param>
    internal string Save(Writes writes, TSaga saga, byte[] body, long version)
    {
        var (id, state, deadline, json) =
            (writes.Value(saga.CorrelationId), writes.Value(saga.CurrentState), writes.Time(saga.Deadline), writes.Json(body));
        return writes.Add(version == 0
            ? $"insert into {Name} (id, state, deadline, body) values ({id}, {state}, {deadline}, {json}) on conflict do nothing returning id"
            : $"update {Name} set state = {state}, deadline = {deadline}, body = {json}, version = version + 1 where id = {id} and version = {writes.Value(version)} returning id");
    }

    internal string Delete(Writes writes, TSaga saga, long version) =>
        writes.Add($"delete from {Name} where id = {writes.Value(saga.CorrelationId)} and version = {writes.Value(version)} returning id");
}
