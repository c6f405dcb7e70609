using System.Net.Sockets;
using System.Security.Authentication;
using Npgsql;

namespace Bus.Events.Servers;

/// <summary>PostgreSQL, as a start waits for it.</summary>
internal static class Postgres
{
    /// <summary>States that pass by themselves and are not transient to Npgsql in each of its versions.</summary>
    private static readonly HashSet<string> Passing =
    [
        PostgresErrorCodes.AdminShutdown, PostgresErrorCodes.CrashShutdown, PostgresErrorCodes.CannotConnectNow,
        PostgresErrorCodes.TooManyConnections, PostgresErrorCodes.ReadOnlySqlTransaction, // a standby that is being promoted
    ];

    public static AwaitedServer Of(NpgsqlDataSource database)
    {
        var settings = new NpgsqlConnectionStringBuilder(database.ConnectionString);
        return new AwaitedServer("PostgreSQL", $"{settings.Host}:{settings.Port}", "BUS_POSTGRES", Absence);
    }

    public static string? Absence(Exception failure) => failure switch
    {
        PostgresException refused => refused.IsTransient || Passing.Contains(refused.SqlState) ? refused.MessageText : null,
        NpgsqlException { InnerException: AuthenticationException } => null,
        NpgsqlException { InnerException: { } inner } => Absence(inner),
        SocketException unreachable => unreachable.Message,
        TimeoutException => "it does not answer in time",
        IOException => "it closed the connection",
        _ => null,
    };
}
