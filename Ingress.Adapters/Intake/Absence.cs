using System.Net.Sockets;
using Bus.Ingress.Delivery;
using MassTransit;
using Npgsql;

namespace Bus.Ingress.Intake;

/// <summary>Failures that pass when a server is back.</summary>
internal static class Absence
{
    /// <summary>A failure is one of them, or has one inside.</summary>
    public static bool IsIn(Exception failure) => failure switch
    {
        PostgresException refused => refused.IsTransient,
        NpgsqlException or MassTransitException or PlatformException or OperationCanceledException or TimeoutException or IOException or SocketException => true,
        { InnerException: { } inner } => IsIn(inner),
        _ => failure.GetType().Namespace?.StartsWith("RabbitMQ.", StringComparison.Ordinal) == true,
    };
}
