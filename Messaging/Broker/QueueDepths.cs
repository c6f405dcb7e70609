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

    /// <summary>How many consumers a queue has; one that does not exist has none.</summary>
    /// <param name="queue">Its name.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="OperationInterruptedException">The broker does not answer; other exceptions of its client say so, too.</exception>
    public async Task<long> Consumers(string queue, CancellationToken cancellation)
    {
        try
        {
            return await IfThere(queue, async open => (await open.QueueDeclarePassiveAsync(queue, cancellation)).ConsumerCount, cancellation);
        }
        catch
        {
            await channel.Close();
            throw;
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => channel.DisposeAsync();

    private Task<long> Ready(string queue, CancellationToken cancellation) =>
        IfThere(queue, async open => await open.MessageCountAsync(queue, cancellation), cancellation);

    private async Task<long> IfThere(string queue, Func<IChannel, Task<long>> ask, CancellationToken cancellation)
    {
        try
        {
            return await ask(await channel.Open(cancellation));
        }
        catch (OperationInterruptedException missing) when (missing.ShutdownReason?.ReplyCode == Constants.NotFound)
        {
            return 0;
        }
    }
}
