using System.Text.Json;
using Bus.Events;
using MassTransit;
using MassTransit.Saga;
using Npgsql;

namespace Bus.Messaging;

/// <summary>
/// Loads a saga for the message that it consumes. Nothing is locked: the unit of work commits only when the saga is still
/// at the version that was loaded, so of two processes one wins and the other consumes its message again.
/// </summary>
internal sealed class SagaRepositoryFactory<TSaga>(NpgsqlDataSource database, EventStore log, SagaTable<TSaga> table, RecentSagas<TSaga> recent)
    : ISagaRepositoryContextFactory<TSaga>
    where TSaga : class, ISaga, IHaveDeadline
{
    public async Task Send<T>(ConsumeContext<T> context, IPipe<SagaRepositoryContext<TSaga, T>> next)
        where T : class
    {
        var unit = context.GetPayload<UnitOfWork>();
        var id = context.CorrelationId ?? throw new SagaException("The message names no saga.", typeof(TSaga), typeof(T));
        var (saga, version) = recent.Take(id) ?? await Load(id, unit, context.CancellationToken);
        // The message failed before; perhaps because somebody who is no saga has appended.
        if (saga is IHaveStream { StreamId: { } stream } appending && context.GetRetryAttempt() > 0)
            appending.StreamVersion = await log.Version(stream, context.CancellationToken) ?? appending.StreamVersion;
        if (!unit.IsDuplicate)
            await next.Send(new LoadedSaga<TSaga, T>(context, unit, table, recent, saga, version));
    }

    public Task SendQuery<T>(ConsumeContext<T> context, ISagaQuery<TSaga> query, IPipe<SagaRepositoryQueryContext<TSaga, T>> next)
        where T : class => throw new NotSupportedException("Sagas are found by id only.");

    public void Probe(ProbeContext context) => context.CreateScope("postgres");

    private async Task<(TSaga?, long)> Load(Guid id, UnitOfWork unit, CancellationToken cancellation)
    {
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(table.Select(id, unit));
        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        if (!await reader.ReadAsync(cancellation))
            return (null, 0);
        unit.IsDuplicate = reader.GetBoolean(2);
        return (JsonSerializer.Deserialize<TSaga>(reader.GetString(1)), reader.GetInt64(0));
    }
}
