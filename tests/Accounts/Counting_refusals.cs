using System.Diagnostics.Metrics;
using Bus.Messaging.Access;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Bus.Tests.Accounts;

public sealed class Counting_refusals
{
    [Fact]
    public void Should_tell_what_was_wrong_but_not_of_whom()
    {
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var counted = new List<(string Name, long Count, string Tags)>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listening) =>
            {
                if (instrument.Meter.Name == Refusals.Meter)
                    listening.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, count, tags, _) => counted.Add((instrument.Name, count, string.Join(' ', tags.ToArray()))));
        listener.Start();

        new Refusals(services.GetRequiredService<IMeterFactory>()).Count("password");

        Assert.Equal([("bus.access.refused", 1, "[reason, password]")], counted);
    }
}
