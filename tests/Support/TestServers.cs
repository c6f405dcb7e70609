using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using Npgsql;

namespace Bus.Tests.Support;

/// <summary>The servers that <c>./bus test</c> has started: each system under test gets a database and a virtual host of its own.</summary>
internal static class TestServers
{
    public static string Postgres { get; } = Needed("BUS_POSTGRES");

    public static Uri Rabbit { get; } = new(Needed("BUS_RABBITMQ"));

    public static string HostExecutable { get; } = Needed("BUS_HOST_EXECUTABLE");

    private static HttpClient Management { get; } = CreateManagement();

    public static async Task<string> CreateDatabase(string name)
    {
        await using var source = NpgsqlDataSource.Create(Postgres);
        await using var command = source.CreateCommand($"create database \"{name}\"");
        await command.ExecuteNonQueryAsync();
        return new NpgsqlConnectionStringBuilder(Postgres) { Database = name }.ConnectionString;
    }

    public static async Task DropDatabase(string name)
    {
        await using var source = NpgsqlDataSource.Create(Postgres);
        await using var command = source.CreateCommand($"drop database if exists \"{name}\" with (force)");
        await command.ExecuteNonQueryAsync();
    }

    public static async Task<Uri> CreateVirtualHost(string name)
    {
        using var vhost = await Management.PutAsync($"api/vhosts/{name}", null);
        vhost.EnsureSuccessStatusCode();
        var user = Rabbit.UserInfo.Split(':')[0];
        using var rights = await Management.PutAsJsonAsync(
            $"api/permissions/{name}/{user}", new { configure = ".*", write = ".*", read = ".*" });
        rights.EnsureSuccessStatusCode();
        return new UriBuilder(Rabbit) { Path = name }.Uri;
    }

    public static async Task DropVirtualHost(string name)
    {
        using var response = await Management.DeleteAsync($"api/vhosts/{name}");
    }

    /// <summary>Closes all connections to a virtual host, as the broker does when it stops; gives their number.</summary>
    public static async Task<int> CloseConnections(string virtualHost)
    {
        var connections = await Ask<List<Connection>>($"api/vhosts/{virtualHost}/connections");
        foreach (var connection in connections!)
            (await Management.DeleteAsync($"api/connections/{Uri.EscapeDataString(connection.Name)}")).Dispose();
        return connections.Count;
    }

    /// <summary>What the broker's management API answers.</summary>
    public static async Task<T?> Ask<T>(string path) => await Management.GetFromJsonAsync<T>(path);

    private sealed record Connection(string Name);

    private static HttpClient CreateManagement()
    {
        var address = new Uri(Needed("BUS_RABBITMQ_MANAGEMENT"));
        var client = new HttpClient { BaseAddress = new Uri(address.GetLeftPart(UriPartial.Authority) + "/") };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(address.UserInfo))));
        return client;
    }

    private static string Needed(string name) =>
        Environment.GetEnvironmentVariable(name) ?? throw new InvalidOperationException($"{name} is not set: run the tests with ./bus test");
}
