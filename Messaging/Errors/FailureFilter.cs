using MassTransit;

namespace Bus.Messaging.Errors;

/// <summary>What becomes of a message whose immediate retries are used up: the delay ladder, and then the error queue.</summary>
internal sealed class FailureFilter(string queue, Parking parking) : IFilter<ExceptionReceiveContext>
{
    public async Task Send(ExceptionReceiveContext context, IPipe<ExceptionReceiveContext> next)
    {
        var message = Delivered.Of(context);
        if (await parking.Delay(queue, message, context.Exception))
        {
            if (!context.IsFaulted)
                await context.NotifyFaulted(context.Exception);
            return;
        }

        await parking.Park(queue, message, context.Exception);
        await next.Send(context); // whoever asked and waits is told
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("failure");
}
