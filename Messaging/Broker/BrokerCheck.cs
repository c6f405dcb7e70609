using Microsoft.Extensions.Hosting;

namespace Bus.Messaging.Broker;

/// <summary>
/// Connects before the bus does: a wrong address or login ends the start, where the bus would go on trying for ever.
/// </summary>
internal sealed class BrokerCheck(BrokerConnection connection) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var channel = await connection.Channel(null, cancellationToken);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // How the client puts it when the broker hangs up at the wrong moment of the greeting.
            throw new InvalidOperationException("RabbitMQ closed the connection while it was being opened. (BUS_RABBITMQ)");
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
