using Microsoft.Extensions.Hosting;

namespace Bus.Messaging.Broker;

/// <summary>
/// Connects before the bus does: a wrong address or login ends the start, where the bus would go on trying for ever.
/// </summary>
internal sealed class BrokerCheck(BrokerConnection connection) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await using var channel = await connection.Channel(null, cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
