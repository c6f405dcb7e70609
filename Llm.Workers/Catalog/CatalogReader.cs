using System.Data;
using Bus.Events;
using Bus.Llm.Catalog.Entries;
using Bus.Llm.Catalog.OwnModels;
using Bus.Llm.Vault;
using Npgsql;

namespace Bus.Llm.Catalog;

/// <summary>Reads the catalog as it is at one time, and opens its keys. What is opened is in memory and nowhere else.</summary>
internal sealed class CatalogReader(NpgsqlDataSource database, KeyVault vault) : ICatalogSource
{
    private const string Versions = "select version from llm_catalog";

    public async Task<long> Version(CancellationToken cancellation)
    {
        await using var command = database.Statement(Versions);
        return (long)(await command.ExecuteScalarAsync(cancellation))!;
    }

    public async Task<CatalogSnapshot> Read(CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellation);
        await using var versions = connection.Statement(Versions);
        var version = (long)(await versions.ExecuteScalarAsync(cancellation))!;
        await using var entries = connection.Statement($"select {EntryTable.Columns} from llm_models where base_url is not null order by position");
        var models = (await EntryTable.Read(entries, cancellation)).Select(entry => entry.Opened(vault));
        var routes = await RoutesOf(connection, cancellation);
        var own = await OwnConfigTable.All(connection, cancellation);
        return new CatalogSnapshot(version, [.. models, .. own.Select(config => config.Model(vault)).OfType<LlmModel>()], routes)
        {
            Choices = own.Where(config => config.HasChosen).ToDictionary(config => config.Owner, config => new Choice(config.ModelType, config.MaxTokens)),
        };
    }

    private static async Task<List<Route>> RoutesOf(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = connection.Statement("select name, mode, targets::text from llm_routes order by name");
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var routes = new List<Route>();
        while (await reader.ReadAsync(cancellation))
        {
            var targets = CatalogJson.Read<List<Routing.StoredTarget>>(reader.GetString(2));
            routes.Add(new Route(reader.GetString(0), reader.GetString(1), [.. targets.Select(target => new RouteTarget(target.Model, target.Weight))]));
        }

        return routes;
    }
}
