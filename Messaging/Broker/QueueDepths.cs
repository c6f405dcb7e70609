using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Bus.Messaging.Broker;

/// <summary>How many messages wait in queues, asked on a channel of its own.</summary>
public sealed class QueueDepths : IAsyncDisposable
{
    private readonly BrokerChannel channel;

    internal QueueDepths(BrokerConnection connection) => channel = new BrokerChannel(connection);

    /// <summary>The messages that nobody has taken yet, of all the queues together; one that does not exist holds none.</summary>
    /// <param name="queues">Their names.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="OperationInterruptedException">The broker does not answer; other exceptions of its client say so, too.</exception>
    public async Task<long> Ready(IEnumerable<string> queues, CancellationToken cancellation)
    {
        try
        {
            var ready = 0L;
            foreach (var queue in queues)
                ready += await Ready(queue, cancellation);
            return ready;
        }
        catch
        {
            // What was asked may still be answered, and would be taken for the answer to the next question.
            await channel.Close();
            throw;
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => channel.DisposeAsync();

    private async Task<long> Ready(string queue, CancellationToken cancellation)
    {
        try
        {
            var open = await channel.Open(cancellation);
            return await open.MessageCountAsync(queue, cancellation);
        }
        catch (OperationInterruptedException missing) when (missing.ShutdownReason?.ReplyCode == Constants.NotFound)
        {
            return 0;
        }
    }
}
