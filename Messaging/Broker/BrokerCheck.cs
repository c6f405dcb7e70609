using Bus.Events.Servers;
using Microsoft.Extensions.Hosting;

namespace Bus.Messaging.Broker;

/// <summary>
/// Connects before the bus does: the bus would wait without a word for a broker that is not up, and with a wrong address or
/// login it would go on trying for ever.
/// </summary>
internal sealed class BrokerCheck(BrokerConnection connection, ServerWait wait) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => wait.Until(connection.Broker, Connect, cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task Connect(CancellationToken cancellation)
    {
        await using var channel = await connection.Channel(null, cancellation);
    }
}
