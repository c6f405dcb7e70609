using Bus.Messaging.Broker;
using Bus.Messaging.Envelopes;
using Bus.Messaging.Errors;
using Bus.Messaging.Lifetime;
using Bus.Messaging.Outbox;
using Bus.Messaging.Streaming;
using MassTransit;
using MassTransit.Middleware;
using MassTransit.Saga;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;
using RabbitMQ.Client.Exceptions;

namespace Bus.Messaging;

/// <summary>MassTransit on RabbitMQ, as every module uses it.</summary>
public static class MessagingModule
{
    private const string Setting = "BUS_RABBITMQ";

    /// <summary>
    /// Messages a process handles at the same time per queue, where the queue's consumer says nothing else. Each is a few milliseconds of
    /// work and a wait for the disk, which those that wait at the same time share. The broker hands out as many and no more, so that
    /// nothing lies here waiting while another process has nothing to do.
    /// </summary>
    private const int Concurrency = 128;

    /// <summary>How long a question over the bus waits for its answer: less than a stop leaves those who asked before it.</summary>
    private static readonly TimeSpan RequestTimeout = StopSchedule.CallersLeave - TimeSpan.FromSeconds(3);

    /// <summary>The second net, should the first (<see cref="SuspectFilter"/>) fail: the broker takes a message that came this often out of its queue.</summary>
    private const int DeliveryLimit = 20;

    /// <summary>
    /// Adds the bus of <c>BUS_RABBITMQ</c> (an AMQP URI). Consumers and sagas are those that the other modules have
    /// registered (<c>Services.RegisterConsumer</c>); each message is consumed in one <see cref="UnitOfWork"/>.
    /// </summary>
    /// <exception cref="InvalidOperationException">The setting is missing or is no AMQP URI.</exception>
    public static IHostApplicationBuilder AddMessaging(this IHostApplicationBuilder builder)
    {
        var rabbit = Address(builder.Configuration);
        var services = builder.Services;
        services.AddSystemSettings();
        builder.AddBaseCurrency();

        services.AddSingleton<OutboxSender>();
        services.AddSingleton<SentMessages>();
        services.AddScoped<IOutboxContextFactory<ConsumerUnit>, UnitOfWorkFactory<ConsumerUnit>>();
        services.AddScoped<IOutboxContextFactory<SagaUnit>, UnitOfWorkFactory<SagaUnit>>();

        services.AddSingleton(new BrokerConnection(rabbit));
        services.AddSingleton<IReplySender, ReplySender>();
        services.AddSingleton<OutcomeSender>();
        services.AddSingleton(provider => new QueueDepths(provider.GetRequiredService<BrokerConnection>()));

        services.AddSingleton(DelayLadder.From(builder.Configuration));
        services.AddSingleton<QueueWriter>();
        services.AddSingleton<Parking>();
        services.AddSingleton<Suspects>();
        services.AddSingleton<WorkQueues>();
        services.AddSingleton<ErrorVisits>();
        services.AddSingleton(p => new ErrorQueues(
            p.GetRequiredService<ErrorVisits>(), p.GetRequiredService<QueueWriter>(), p.GetRequiredService<WorkQueues>()));

        services.AddOptions<MassTransitHostOptions>().Configure(options => options.WaitUntilStarted = true);
        services.AddSingleton<StopSchedule>();
        // Before the bus, so that they are still there when consumers end their work.
        services.AddSingleton<CommitQueue>();
        services.AddHostedService(provider => provider.GetRequiredService<CommitQueue>());
        services.AddHostedService(provider => provider.GetRequiredService<SentMessages>());
        services.AddHostedService(provider => provider.GetRequiredService<OutcomeSender>());
        services.AddHostedService<BrokerCheck>();
        services.AddMassTransit(bus =>
        {
            bus.DisableUsageTelemetry();
            bus.SetDefaultRequestTimeout(RequestTimeout);
            bus.SetKebabCaseEndpointNameFormatter();
            bus.AddConfigureEndpointsCallback(ConfigureEndpoint);
            bus.UsingRabbitMq((context, transport) =>
            {
                transport.Host(rabbit, host => host.Heartbeat(BrokerConnection.Heartbeat));
                transport.AddSerializer(new EnvelopeFactory());
                transport.AddDeserializer(new EnvelopeFactory(), true);
                transport.PrefetchCount = Concurrency;
                transport.ConcurrentMessageLimit = Concurrency;
                transport.ConfigurePublish(pipe => pipe.UseExecute(publish => publish.Mandatory = true));
                transport.ConfigureEndpoints(context);
            });
        });

        services.AddHostedService(provider => provider.GetRequiredService<WorkQueues>());

        // After the bus, so that it is there when the sweeper first sends, and still there when it last does.
        services.AddHostedService<BusDrain>();
        services.AddHostedService<OutboxSweeper>();
        return builder;
    }

    /// <summary>Lets this process wait for replies (<see cref="IReplyListener"/>), on a queue of its own.</summary>
    public static IServiceCollection AddReplyListener(this IServiceCollection services)
    {
        services.AddSingleton<ReplyListener>();
        services.AddSingleton<IReplyListener>(provider => provider.GetRequiredService<ReplyListener>());
        services.AddHostedService(provider => provider.GetRequiredService<ReplyListener>());
        return services;
    }

    /// <summary>Keeps a saga in a table of PostgreSQL, inside the unit of work.</summary>
    public static IServiceCollection AddSagaTable<TSaga>(this IServiceCollection services, string table)
        where TSaga : class, ISaga, IHaveDeadline
    {
        services.AddSingleton(new SagaTable<TSaga>(table));
        services.AddSingleton<RecentSagas<TSaga>>();
        services.AddScoped<ISagaRepositoryContextFactory<TSaga>, SagaRepositoryFactory<TSaga>>();
        return services;
    }

    private static void ConfigureEndpoint(IRegistrationContext context, string name, IReceiveEndpointConfigurator endpoint)
    {
        if (endpoint is IRabbitMqReceiveEndpointConfigurator queue && !IsTemporary(endpoint.InputAddress))
        {
            queue.SetQuorumQueue();
            queue.SetQueueArgument("x-delivery-limit", DeliveryLimit);
            queue.BindDeadLetterQueue(QueueNames.DeadLetter, QueueNames.DeadLetter);
            queue.HandleErrors(name, context);
        }

        // Nobody listens to faults; failed messages are in the error queues (and whoever asked is told).
        endpoint.PublishFaults = false;

        // While a server is away a message waits for it here; it is not the message's fault.
        endpoint.UseMessageRetry(retry =>
        {
            retry.Handle<NpgsqlException>(failure => failure.IsTransient);
            retry.Handle<RabbitMQClientException>();
            retry.Exponential(Retries.WhileAway, Retries.ShortestWait, Retries.LongestWait, Retries.Growth);
        });
        endpoint.UseMessageRetry(retry =>
        {
            // What one policy has given up, no policy around it takes up.
            retry.Ignore<NpgsqlException>(failure => failure.IsTransient);
            retry.Ignore<RabbitMQClientException>();
            retry.Intervals(10, 50, 200, 1000);
        });

        // Whoever loses against another process tries again at once: each time somebody has won.
        endpoint.UseMessageRetry(retry =>
        {
            retry.Handle<SagaConflictException>();
            retry.Interval(100, TimeSpan.FromMilliseconds(5));
        });

        UnitOfWorkObserver.Connect(endpoint, context);
    }

    private static bool IsTemporary(Uri address) => address.Query.Contains("temporary=true", StringComparison.Ordinal)
        || address.Query.Contains("autodelete=true", StringComparison.Ordinal);

    private static Uri Address(IConfiguration configuration)
    {
        var given = configuration[Setting];
        if (string.IsNullOrWhiteSpace(given))
            throw new InvalidOperationException($"{Setting} is not set. `./bus up` sets it; otherwise give an AMQP URI.");
        return Uri.TryCreate(given, UriKind.Absolute, out var uri) && uri.Scheme is "amqp" or "amqps"
            ? uri
            : throw new InvalidOperationException($"{Setting} is no AMQP URI. Expected: amqp://user:password@host:5672/virtual-host");
    }
}
