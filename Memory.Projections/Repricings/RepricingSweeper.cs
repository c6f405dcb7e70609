using Bus.Events.Servers;
using Bus.Messaging.Http;
using Microsoft.Extensions.Logging;

namespace Bus.Memory.Repricings;

/// <summary>Goes on with re-pricings that somebody has begun who did not live to end them, or had to wait.</summary>
internal sealed class RepricingSweeper(Repricer repricer, TimeProvider time, ILogger<RepricingSweeper> log) : Sweeper(Interval, time, log)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LeftAlone = TimeSpan.FromSeconds(30);

    protected override async Task Sweep(CancellationToken cancellation)
    {
        try
        {
            await repricer.Resume(LeftAlone, cancellation);
        }
        catch (ProblemException)
        {
            // The projection is behind; it will not be for ever.
        }
    }
}
