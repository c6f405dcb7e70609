using Bus.Contracts;
using MassTransit;
using MassTransit.Middleware;

namespace Bus.Conversations;

/// <summary>
/// The queue of the saga. Messages of one conversation are handled one after the other, those of different
/// conversations side by side; across processes the version of the saga's row sees to it.
/// </summary>
internal sealed class ConversationStateDefinition : SagaDefinition<ConversationState>
{
    private const int Partitions = 128;

    public ConversationStateDefinition() => EndpointName = "conversation";

    protected override void ConfigureSaga(
        IReceiveEndpointConfigurator endpoint, ISagaConfigurator<ConversationState> saga, IRegistrationContext context)
    {
        var partitioner = new Partitioner(Partitions, new Murmur3UnsafeHashGenerator());
        By<MessageReceived>(m => m.ConversationId);
        By<ContextBuilt>(m => m.ConversationId);
        By<ReplyGenerated>(m => m.ConversationId);
        By<ReplyFailed>(m => m.ConversationId);
        By<ReplyDelivered>(m => m.ConversationId);
        By<TurnTimedOut>(m => m.ConversationId);
        By<MessageEdited>(m => m.ConversationId);
        By<MessageDeleted>(m => m.ConversationId);
        By<RetryTurn>(m => m.ConversationId);
        By<DeliveryDelayed>(m => m.ConversationId);
        By<CancelTurn>(m => m.ConversationId);
        By<OpenSession>(m => m.ConversationId);
        By<CloseSession>(m => m.ConversationId);
        By<EraseSession>(m => m.ConversationId);

        void By<T>(Func<T, Guid> conversation)
            where T : class => saga.Message<T>(message => message.UsePartitioner(partitioner, m => conversation(m.Message)));
    }
}
