using MassTransit;
using MassTransit.Middleware;
using Microsoft.Extensions.DependencyInjection;

namespace Bus.Messaging.Errors;

/// <summary>Gives an endpoint its way with messages that cannot be handled.</summary>
internal static class ErrorEndpoints
{
    public static void HandleErrors(this IReceiveEndpointConfigurator endpoint, string queue, IServiceProvider services)
    {
        services.GetRequiredService<WorkQueues>().Add(queue);
        var parking = services.GetRequiredService<Parking>();
        endpoint.ConfigureReceive(pipe => pipe.UseFilter(
            new SuspectFilter(queue, services.GetRequiredService<Suspects>(), parking, Pipe.New<ExceptionReceiveContext>(failed => Add(failed, queue, parking)))));
        endpoint.ConfigureError(failed => Add(failed, queue, parking));
        endpoint.ConfigureDeadLetter(skipped => skipped.UseFilter(new SkippedFilter(queue, parking)));
    }

    private static void Add(IPipeConfigurator<ExceptionReceiveContext> pipe, string queue, Parking parking)
    {
        pipe.UseFilter(new FailureFilter(queue, parking));
        pipe.UseFilter(new GenerateFaultFilter());
    }
}
