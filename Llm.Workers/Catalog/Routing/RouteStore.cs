using Bus.Contracts;
using Bus.Events;
using Bus.Messaging.Access;
using Bus.Messaging.Http;
using Microsoft.AspNetCore.Http;
using Npgsql;
using NpgsqlTypes;

namespace Bus.Llm.Catalog.Routing;

/// <summary>The routes, as administrators look after them.</summary>
internal sealed class RouteStore(NpgsqlDataSource database, ModelCatalog catalog, IAudit audit, TimeProvider time)
{
    private const string Items = """
        select r.name, r.mode, r.updated_at, m.id, (t.target ->> 'weight')::int, m.name, m.model_id, m.provider, m.status
        from llm_routes r, jsonb_array_elements(r.targets) with ordinality as t (target, number), llm_models m
        where m.id = (t.target ->> 'model')::uuid and ($1::text is null or r.name = $1) order by r.name, t.number
        """;

    /// <summary>All of them, in the order of their names.</summary>
    public async Task<IReadOnlyList<RouteItem>> List(CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return await Read(connection, null, cancellation);
    }

    /// <summary>Makes a route, or another of it.</summary>
    /// <exception cref="ProblemException">A model does not exist or is not the only one of its name (400), or there are too many routes (409).</exception>
    public async Task<RouteItem> Put(string name, string mode, IReadOnlyList<NamedTarget> targets, Actor by, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var stored = new List<StoredTarget>();
        foreach (var target in targets)
        {
            var model = await Model(connection, target, cancellation);
            if (stored.Any(other => other.Model == model))
                throw ProblemException.Invalid(target.Path, "is there twice.");
            stored.Add(new StoredTarget(model, target.Weight));
        }

        // One route is changed at a time, so that what was there before is what the audit stream says.
        await connection.Run("lock table llm_routes in share row exclusive mode", cancellation);
        var before = (await Read(connection, name, cancellation)).SingleOrDefault();
        if (before is null && await Count(connection, cancellation) >= Limits.MostRoutes)
            throw new ProblemException(StatusCodes.Status409Conflict, $"There are {Limits.MostRoutes} routes at most: remove one first.");
        await Write(connection, name, mode, stored, time.KeptNow(), cancellation);
        var after = (await Read(connection, name, cancellation)).Single();
        await audit.Record(connection, by.Did(AuditActions.RouteChanged, Subject(name), before is null ? null : Shown(before), Shown(after)), cancellation);
        await transaction.CommitAsync(cancellation);
        catalog.Changed();
        return after;
    }

    /// <summary>Removes a route; its models stay.</summary>
    /// <exception cref="ProblemException">There is no such route (404).</exception>
    public async Task Delete(string name, Actor by, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await connection.Run("lock table llm_routes in share row exclusive mode", cancellation);
        var before = (await Read(connection, name, cancellation)).SingleOrDefault();
        if (await connection.Run("delete from llm_routes where name = $1", cancellation, name) == 0)
            throw ProblemException.NotFound("name", "The route");
        await audit.Record(connection, by.Did(AuditActions.RouteDeleted, Subject(name), before is null ? null : Shown(before)), cancellation);
        await transaction.CommitAsync(cancellation);
        catalog.Changed();
    }

    /// <summary>Writes a route in the open transaction of a connection.</summary>
    public static async Task Write(NpgsqlConnection connection, string name, string mode, IReadOnlyList<StoredTarget> targets, DateTimeOffset now, CancellationToken cancellation)
    {
        await using var command = connection.Statement(
            """
            insert into llm_routes (name, mode, updated_at, targets) values ($1, $2, $3, $4)
            on conflict (name) do update set mode = excluded.mode, targets = excluded.targets, updated_at = excluded.updated_at
            """, name, mode, now.UtcDateTime);
        command.Parameters.Add(new NpgsqlParameter { Value = CatalogJson.Write(targets), NpgsqlDbType = NpgsqlDbType.Jsonb });
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>The entry that is meant. It is held, so that nobody removes it meanwhile.</summary>
    private static async Task<Guid> Model(NpgsqlConnection connection, NamedTarget target, CancellationToken cancellation)
    {
        await using var command = connection.Statement(
            """
            select id from llm_models where owner is null and (id = $1::uuid or ($1::uuid is null and (model_id = $2 or lower(name) = lower($2)))) for key share
            """, Guid.TryParseExact(target.Name, "D", out var id) ? id : null, target.Name);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var found = new List<Guid>();
        while (await reader.ReadAsync(cancellation))
            found.Add(reader.GetGuid(0));
        return found switch
        {
            [var only] => only,
            [] => throw ProblemException.Invalid(target.Path, "is no model of the catalog: name it by its id, its model_id or its name."),
            _ => throw ProblemException.Invalid(target.Path, "is what several models are called: name it by its id."),
        };
    }

    private static async Task<long> Count(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = connection.Statement("select count(*) from llm_routes");
        return (long)(await command.ExecuteScalarAsync(cancellation))!;
    }

    private static async Task<List<RouteItem>> Read(NpgsqlConnection connection, string? name, CancellationToken cancellation)
    {
        await using var command = connection.Statement(Items, name);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var rows = new List<(string Name, string Mode, DateTimeOffset UpdatedAt, RouteTargetItem Target)>();
        while (await reader.ReadAsync(cancellation))
        {
            rows.Add((reader.GetString(0), reader.GetString(1), reader.GetFieldValue<DateTimeOffset>(2), new RouteTargetItem(
                reader.GetGuid(3), reader.GetInt32(4), reader.GetString(5), reader.GetString(6), reader.GetString(7), reader.GetString(8))));
        }

        return [.. rows.GroupBy(row => row.Name).Select(route => new RouteItem(route.Key, route.First().Mode, [.. route.Select(row => row.Target)], route.First().UpdatedAt))];
    }

    private static string Shown(RouteItem route) => CatalogJson.Write(new { mode = route.Mode, targets = route.Targets.Select(target => new { model = target.Model, name = target.Name, weight = target.Weight }) });

    private static string Subject(string name) => $"route:{name}";
}
