using System.Collections.Concurrent;
using Bus.Contracts;
using Bus.Events;
using Bus.Messaging;
using Bus.Messaging.Errors;
using Bus.Tests.Support;
using MassTransit;
using MassTransit.Configuration;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Bus.Tests.Errors;

/// <summary>A process, within the test, whose one consumer does with each message what the test says. Its delays are a second each.</summary>
internal sealed class Trying : IAsyncDisposable
{
    public const string Queue = "try";

    private readonly IHost host;

    private Trying(TestSystem system, IHost host) => (System, this.host) = (system, host);

    public TestSystem System { get; }

    public Tries Tries => host.Services.GetRequiredService<Tries>();

    public ErrorQueues Errors => host.Services.GetRequiredService<ErrorQueues>();

    /// <param name="handle">What the consumer does the nth time.</param>
    public static async Task<Trying> Start(Func<int, Task> handle)
    {
        var system = await TestSystem.Create();
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(system.Environment);
        builder.Configuration["RETRY_DELAYS_SECONDS"] = "1,1";
        builder.Services.AddLogging();
        builder.AddEventStore(EventNames.All);
        builder.AddMessaging();
        builder.Services.AddSingleton(new Tries(handle));
        builder.Services.RegisterConsumer<TryConsumer>();
        var trying = new Trying(system, builder.Build());
        await trying.host.StartAsync();
        return trying;
    }

    public async Task<Guid> Send()
    {
        var id = Some.Id();
        await host.Services.GetRequiredService<IBus>().Publish(new Try(id), publish => publish.MessageId = id);
        return id;
    }

    /// <summary>What is parked, once there is something.</summary>
    public async Task<IReadOnlyList<ErrorItem>> Parked(int count = 1) =>
        (await Eventually.Get(() => Errors.List(null, CancellationToken.None), list => list.Errors.Count >= count)).Errors;

    /// <summary>How often messages were consumed for good.</summary>
    public Task<long> Consumed() => System.Scalar<long>("select count(*) from bus_inbox");

    public async ValueTask DisposeAsync()
    {
        await host.StopAsync();
        host.Dispose();
        await System.DisposeAsync();
    }
}

/// <summary>A command to do what the test says.</summary>
internal sealed record Try(Guid Id);

/// <summary>How often it was tried.</summary>
internal sealed class Tries(Func<int, Task> handle)
{
    private readonly ConcurrentQueue<int> tries = [];

    public int Count => tries.Count;

    /// <summary>How often the message was in hand before, each number once.</summary>
    public IEnumerable<int> DeliveriesBefore => tries.Distinct();

    public Task Next(int deliveriesBefore)
    {
        tries.Enqueue(deliveriesBefore);
        return handle(tries.Count);
    }
}

internal sealed class TryConsumer(Tries tries) : IConsumer<Try>
{
    public Task Consume(ConsumeContext<Try> context) => tries.Next(context.DeliveriesBefore());
}
