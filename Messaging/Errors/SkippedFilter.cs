using MassTransit;

namespace Bus.Messaging.Errors;

/// <summary>What becomes of a message that no consumer of the queue takes.</summary>
internal sealed class SkippedFilter(string queue, Parking parking) : IFilter<ReceiveContext>
{
    public Task Send(ReceiveContext context, IPipe<ReceiveContext> next) => parking.ParkSkipped(queue, Delivered.Of(context));

    public void Probe(ProbeContext context) => context.CreateFilterScope("skipped");
}
