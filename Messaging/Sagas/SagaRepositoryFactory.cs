using System.Text.Json;
using MassTransit;
using MassTransit.Saga;

namespace Bus.Messaging;

/// <summary>
/// Loads a saga inside the unit of work of the message that it consumes. Its row stays locked until the commit, so a
/// saga handles one message at a time in however many processes.
/// </summary>
internal sealed class SagaRepositoryFactory<TSaga>(SagaTable<TSaga> table) : ISagaRepositoryContextFactory<TSaga>
    where TSaga : class, ISaga, IHaveDeadline
{
    public async Task Send<T>(ConsumeContext<T> context, IPipe<SagaRepositoryContext<TSaga, T>> next)
        where T : class
    {
        var unit = context.GetPayload<UnitOfWork>();
        var id = context.CorrelationId ?? throw new SagaException("The message names no saga.", typeof(TSaga), typeof(T));
        var body = await unit.Begin(table.Select(id), context.CancellationToken);
        if (unit.IsDuplicate)
            return;

        var saga = body is null ? null : JsonSerializer.Deserialize<TSaga>(body);
        await next.Send(new LoadedSaga<TSaga, T>(context, unit, table, saga));
    }

    public Task SendQuery<T>(ConsumeContext<T> context, ISagaQuery<TSaga> query, IPipe<SagaRepositoryQueryContext<TSaga, T>> next)
        where T : class => throw new NotSupportedException("Sagas are found by id only.");

    public void Probe(ProbeContext context) => context.CreateScope("postgres");
}
