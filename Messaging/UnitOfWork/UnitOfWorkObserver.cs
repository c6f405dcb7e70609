using System.Reflection;
using MassTransit;
using MassTransit.Configuration;

namespace Bus.Messaging;

/// <summary>Gives each consumer and each saga of an endpoint its unit of work, but for consumers marked <see cref="RepeatableAttribute"/>.</summary>
internal sealed class UnitOfWorkObserver(IReceiveEndpointConfigurator endpoint, IRegistrationContext context) : IConsumerConfigurationObserver
{
    private readonly OutboxConsumePipeSpecificationObserver<ConsumerUnit> units = new(endpoint, context);

    public static void Connect(IReceiveEndpointConfigurator endpoint, IRegistrationContext context)
    {
        endpoint.ConnectConsumerConfigurationObserver(new UnitOfWorkObserver(endpoint, context));
        endpoint.ConnectSagaConfigurationObserver(new OutboxConsumePipeSpecificationObserver<SagaUnit>(endpoint, context));
    }

    public void ConsumerConfigured<TConsumer>(IConsumerConfigurator<TConsumer> configurator)
        where TConsumer : class
    {
    }

    public void ConsumerMessageConfigured<TConsumer, TMessage>(IConsumerMessageConfigurator<TConsumer, TMessage> configurator)
        where TConsumer : class
        where TMessage : class
    {
        if (typeof(TConsumer).GetCustomAttribute<RepeatableAttribute>() is null)
            units.ConsumerMessageConfigured(configurator);
    }
}
