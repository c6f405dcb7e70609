using MassTransit.Transports;
using Microsoft.Extensions.Hosting;

namespace Bus.Messaging.Lifetime;

/// <summary>Before the bus stops, tells it how long consumers may still go on: callers have had their part of the time already.</summary>
internal sealed class BusDrain(IBusInstance bus, StopSchedule schedule) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken)
    {
        bus.HostConfiguration.ConsumerStopTimeout = schedule.LeftForWork;
        return Task.CompletedTask;
    }
}
