using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Bus.Faults.Servers;

/// <summary>The broker.</summary>
internal sealed class RabbitServer(TimeProvider time) : Server(Given.RabbitPid, time)
{
    public override string Name => "RabbitMQ";

    protected override int Launch()
    {
        using var process = Child.Start("rabbitmq.log", new Dictionary<string, string?>(), Given.RabbitRun, "rabbitmq-server");
        return process.Id;
    }

    protected override async Task<bool> Listens()
    {
        try
        {
            await using var connection = await new ConnectionFactory { Uri = Given.Rabbit, AutomaticRecoveryEnabled = false }.CreateConnectionAsync();
            return true;
        }
        catch (Exception failure) when (failure is BrokerUnreachableException or OperationInterruptedException or OperationCanceledException)
        {
            return false;
        }
    }
}
