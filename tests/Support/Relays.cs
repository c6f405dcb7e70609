using Bus.Faults.Processes;
using Npgsql;

namespace Bus.Tests.Support;

/// <summary>Ways to servers that can be cut, as the fault runs have them.</summary>
internal static class Relays
{
    public static Relay To(Uri server) => new(server.Host, server.Port);

    /// <summary>The server's address, by way of the relay.</summary>
    public static Uri By(this Uri server, Relay relay) => new UriBuilder(server) { Host = "127.0.0.1", Port = relay.Port }.Uri;

    /// <summary>To PostgreSQL, with the connection string that leads through the relay.</summary>
    public static (Relay Relay, string ConnectionString) ToPostgres(TestSystem system)
    {
        var settings = new NpgsqlConnectionStringBuilder(system.Environment["BUS_POSTGRES"]);
        var relay = new Relay(settings.Host!, settings.Port);
        (settings.Host, settings.Port) = ("127.0.0.1", relay.Port);
        return (relay, settings.ConnectionString);
    }
}
