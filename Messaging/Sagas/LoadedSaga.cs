using System.Text.Json;
using MassTransit;
using MassTransit.Context;
using MassTransit.Saga;

namespace Bus.Messaging;

/// <summary>The saga of one message: what becomes of it is written when the unit of work commits.</summary>
internal sealed class LoadedSaga<TSaga, T>(
    ConsumeContext<T> context, UnitOfWork unit, SagaTable<TSaga> table, RecentSagas<TSaga> recent, TSaga? saga, long version)
    : ConsumeContextScope<T>(context), SagaRepositoryContext<TSaga, T>
    where TSaga : class, ISaga, IHaveDeadline
    where T : class
{
    private readonly ConsumeContext<T> message = context;

    public Task<SagaConsumeContext<TSaga, T>?> Load(Guid correlationId) =>
        Task.FromResult<SagaConsumeContext<TSaga, T>?>(saga is null ? null : Consume(message, saga))!;

    public Task<SagaConsumeContext<TSaga, T>> Add(TSaga instance) =>
        Task.FromResult<SagaConsumeContext<TSaga, T>>(Consume(message, instance));

    /// <summary>Sagas are not inserted ahead of their message.</summary>
    public Task<SagaConsumeContext<TSaga, T>?> Insert(TSaga instance) => Task.FromResult<SagaConsumeContext<TSaga, T>?>(null)!;

    public Task<SagaConsumeContext<TSaga, TMessage>> CreateSagaConsumeContext<TMessage>(
        ConsumeContext<TMessage> consumeContext, TSaga instance, SagaConsumeContextMode mode)
        where TMessage : class => Task.FromResult<SagaConsumeContext<TSaga, TMessage>>(Consume(consumeContext, instance));

    public Task Save(SagaConsumeContext<TSaga> context) => Write(context.Saga);

    public Task Update(SagaConsumeContext<TSaga> context) => Write(context.Saga);

    public Task Delete(SagaConsumeContext<TSaga> context)
    {
        unit.Save(writes => table.Delete(writes, context.Saga, version));
        return Task.CompletedTask;
    }

    public Task Discard(SagaConsumeContext<TSaga> context) => Task.CompletedTask;

    public Task Undo(SagaConsumeContext<TSaga> context) => Task.CompletedTask;

    private Task Write(TSaga changed)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(changed);
        unit.Save(
            writes => table.Save(writes, changed, body, version),
            () => recent.Keep(changed.CorrelationId, changed, version + 1, body.Length));
        return Task.CompletedTask;
    }

    private static DefaultSagaConsumeContext<TSaga, TMessage> Consume<TMessage>(ConsumeContext<TMessage> message, TSaga instance)
        where TMessage : class => new DefaultSagaConsumeContext<TSaga, TMessage>(message, instance);
}
