using Bus.Messaging.Outbox;
using MassTransit;
using MassTransit.Middleware;
using MassTransit.Middleware.Outbox;

namespace Bus.Messaging;

/// <summary>What a consumer sees: whatever it sends or publishes goes into the unit of work.</summary>
internal sealed class UnitOfWorkConsumeContext<T> : OutboxConsumeContextProxy<T>
    where T : class
{
    private readonly UnitOfWork unit;

    public UnitOfWorkConsumeContext(ConsumeContext<T> context, OutboxConsumeOptions options, IServiceProvider provider, UnitOfWork unit)
        : base(context, options, provider)
    {
        this.unit = unit;
        AddOrUpdatePayload(() => unit, _ => unit);
    }

    public override bool ContinueProcessing { get; set; }

    /// <summary>A duplicate never comes this far.</summary>
    public override bool IsMessageConsumed => false;

    public override bool IsOutboxDelivered => false;

    public override int ReceiveCount => 1;

    public override long? LastSequenceNumber => null;

    public override Task SetConsumed() => unit.Commit();

    public override Task AddSend<TMessage>(SendContext<TMessage> context)
    {
        unit.Send(OutboxMessage.Of(context));
        return Task.CompletedTask;
    }

    // MassTransit's own delivery is not used: UnitOfWorkFactory sends after the commit.
    public override Task SetDelivered() => Task.CompletedTask;

    public override Task<List<OutboxMessageContext>> LoadOutboxMessages() => Task.FromResult(new List<OutboxMessageContext>());

    public override Task NotifyOutboxMessageDelivered(OutboxMessageContext message) => Task.CompletedTask;

    public override Task RemoveOutboxMessages() => Task.CompletedTask;
}
