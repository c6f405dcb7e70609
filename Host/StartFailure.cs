using System.Net.Sockets;
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
        RabbitMQ.Client.Exceptions.BrokerUnreachableException => "RabbitMQ does not answer, or refuses the login. (BUS_RABBITMQ)",
        RabbitMQ.Client.Exceptions.OperationInterruptedException refused =>
            $"RabbitMQ refused: {refused.ShutdownReason?.ReplyText ?? refused.Message} (BUS_RABBITMQ)",
        IOException { InnerException: Microsoft.AspNetCore.Connections.AddressInUseException } => $"{failure.Message} Choose another port. (PORT)",
        SocketException { SocketErrorCode: SocketError.AddressNotAvailable } => "This machine does not have the address to listen on. (HOST)",
        SocketException { SocketErrorCode: SocketError.AccessDenied } => "This user may not listen on that port. (PORT)",
        _ => null,
    };
}
