using System.Net.Sockets;
using System.Security.Authentication;
using Npgsql;

namespace Bus.Events.Servers;

/// <summary>PostgreSQL, as a start waits for it.</summary>
public static class Postgres
{
    /// <summary>What Npgsql stumbles over now and then when a server ends while a connection is being given up.</summary>
    private const string OfTheDriver = "System.Threading.ManualResetEventSlim";

    /// <summary>The server of a database.</summary>
    public static AwaitedServer Of(NpgsqlDataSource database)
    {
        var settings = new NpgsqlConnectionStringBuilder(database.ConnectionString);
        return new AwaitedServer("PostgreSQL", $"{settings.Host}:{settings.Port}", "BUS_POSTGRES", Absence);
    }

    internal static string? Absence(Exception failure) => failure switch
    {
        PostgresException { IsTransient: true } refused => refused.MessageText,
        PostgresException { SqlState: PostgresErrorCodes.ReadOnlySqlTransaction } standby => standby.MessageText, // it is being promoted
        PostgresException => null,
        NpgsqlException { InnerException: AuthenticationException } => null,
        NpgsqlException { InnerException: { } inner } => Absence(inner),
        SocketException unreachable => unreachable.Message,
        TimeoutException => "it does not answer in time",
        IOException or ObjectDisposedException { ObjectName: OfTheDriver } => "it closed the connection",
        _ => null,
    };
}
