using MassTransit;
using MassTransit.Middleware.Rescue;

namespace Bus.Messaging.Errors;

/// <summary>
/// Finds the message that kills its process. The broker counts how often it took a message back, but with the killer it takes
/// back all that were in hand beside it. So from some count on each is handled alone, and it is noted that it was: only
/// the killer is ever in hand alone when a process dies. Then it is parked, long before the broker's own limit.
/// </summary>
internal sealed class SuspectFilter(string queue, Suspects suspects, Parking parking, IPipe<ExceptionReceiveContext> failed) : IFilter<ReceiveContext>
{
    /// <summary>A message that the broker took back this often is handled alone.</summary>
    private const int SuspectFrom = 3;

    /// <summary>So many times, and then it is parked.</summary>
    private const int MostAlone = 2;

    public async Task Send(ReceiveContext context, IPipe<ReceiveContext> next)
    {
        if (!IsSuspect(context))
        {
            await Handle(context, next);
            return;
        }

        using var alone = await suspects.Alone(context.CancellationToken);
        await HandleAlone(context, Delivered.Of(context), next);
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("suspect");

    private static bool IsSuspect(ReceiveContext context) =>
        context.TryGetPayload(out RabbitMqBasicConsumeContext? delivery) && BusHeaders.TakenBack(delivery.Properties) >= SuspectFrom;

    private async Task HandleAlone(ReceiveContext context, Delivered message, IPipe<ReceiveContext> next)
    {
        var before = await suspects.Begin(queue, message);
        if (before >= MostAlone)
        {
            await parking.ParkSuspect(queue, message, before);
            await suspects.End(queue, message);
            return;
        }

        try
        {
            await Handle(context, next);
        }
        finally
        {
            // However it ended, it has not killed us.
            await suspects.End(queue, message);
        }
    }

    /// <summary>
    /// MassTransit takes a cancelled operation for the end of the process and gives the message back at once, for ever. When nothing ends,
    /// it is a failure as any other.
    /// </summary>
    private async Task Handle(ReceiveContext context, IPipe<ReceiveContext> next)
    {
        try
        {
            await next.Send(context);
        }
        catch (OperationCanceledException failure) when (!context.CancellationToken.IsCancellationRequested)
        {
            await failed.Send(new RescueExceptionReceiveContext(context, failure));
        }
    }
}
