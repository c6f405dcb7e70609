using System.Net.Sockets;
using Bus.Messaging.Broker;
using Npgsql;

namespace Bus.Host;

/// <summary>Says in one line why the program could not start, and which setting is to blame.</summary>
internal static class StartFailure
{
    /// <summary>The line; null when the failure is no matter of settings or servers, but a fault of the program.</summary>
    public static string? Explain(Exception failure) => failure switch
    {
        AggregateException { InnerExceptions: [var only] } => Explain(only),
        InvalidOperationException => failure.Message,
        PostgresException refused => $"PostgreSQL refused: {refused.MessageText} (BUS_POSTGRES)",
        NpgsqlException => $"PostgreSQL does not answer: {failure.Message} (BUS_POSTGRES)",
        RabbitMQ.Client.Exceptions.BrokerUnreachableException or RabbitMQ.Client.Exceptions.RabbitMQClientException => OfBroker(failure),
        IOException { InnerException: Microsoft.AspNetCore.Connections.AddressInUseException } => $"{failure.Message} Choose another port. (PORT)",
        SocketException { SocketErrorCode: SocketError.AddressNotAvailable } => "This machine does not have the address to listen on. (HOST)",
        SocketException { SocketErrorCode: SocketError.AccessDenied } => "This user may not listen on that port. (PORT)",
        _ => null,
    };

    private static string OfBroker(Exception failure) => BrokerAbsence.Refusal(failure) is { } refused
        ? $"RabbitMQ refused: {refused} (BUS_RABBITMQ)"
        : $"RabbitMQ does not answer: {BrokerAbsence.Reason(failure) ?? failure.GetBaseException().Message} (BUS_RABBITMQ)";
}
