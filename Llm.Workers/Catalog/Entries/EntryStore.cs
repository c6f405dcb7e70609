using System.Text.Json.Nodes;
using Bus.Contracts;
using Bus.Events;
using Bus.Messaging.Access;
using Bus.Messaging.Http;
using Microsoft.AspNetCore.Http;
using Npgsql;

namespace Bus.Llm.Catalog.Entries;

/// <summary>The entries of the catalog, as administrators look after them.</summary>
internal sealed class EntryStore(NpgsqlDataSource database, ModelCatalog catalog, BaseCurrency currency, IAudit audit, TimeProvider time)
{
    /// <summary>Those that a filter leaves, the oldest first; null lets all pass.</summary>
    public async Task<IReadOnlyList<Entry>> List(string? provider, string? type, string? status, CancellationToken cancellation)
    {
        await using var command = database.Statement($"""
            select {EntryTable.Columns} from llm_models
            where owner is null and ($1::text is null or lower(provider) = lower($1)) and ($2::text is null or type = $2) and ($3::text is null or status = $3)
            order by position
            """, provider, type, status);
        return await EntryTable.Read(command, cancellation);
    }

    /// <exception cref="ProblemException">There is no such entry (404).</exception>
    public async Task<Entry> Find(Guid id, CancellationToken cancellation)
    {
        await using var command = database.Statement($"select {EntryTable.Columns} from llm_models where id = $1 and owner is null", id);
        return (await EntryTable.Read(command, cancellation)).SingleOrDefault() ?? throw NotFound();
    }

    /// <summary>Makes an entry.</summary>
    /// <exception cref="ProblemException">There are as many as there may be (409).</exception>
    public async Task Create(Entry entry, Actor by, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await using (var count = connection.Statement("select count(*) from llm_models where owner is null"))
        {
            if ((long)(await count.ExecuteScalarAsync(cancellation))! >= Limits.MostEntries)
                throw new ProblemException(StatusCodes.Status409Conflict, $"There are {Limits.MostEntries} models at most: remove one first.");
        }

        await Insert(connection, entry, by, cancellation);
        await transaction.CommitAsync(cancellation);
        catalog.Changed();
    }

    /// <summary>Makes an entry in the open transaction of a connection.</summary>
    public async Task Insert(NpgsqlConnection connection, Entry entry, Actor by, CancellationToken cancellation)
    {
        await EntryTable.Insert(connection, entry, cancellation);
        await audit.Record(connection, by.Did(AuditActions.ModelCreated, Subject(entry.Id), after: Shown(entry).ToJsonString()), cancellation);
    }

    /// <summary>Changes an entry; of two changes at the same time, the second knows the first.</summary>
    /// <exception cref="ProblemException">There is no such entry (404).</exception>
    public async Task<Entry> Change(Guid id, EntryChange change, Actor by, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var before = await Locked(connection, id, cancellation);
        var after = change.Of(before);
        var (was, isNow) = (Shown(before), Shown(after));
        var changed = isNow.Select(member => member.Key).Where(name => !JsonNode.DeepEquals(was[name], isNow[name])).ToList();
        if (changed.Count == 0)
            return before;
        after = after with { UpdatedAt = time.KeptNow() };
        await EntryTable.Update(connection, after, cancellation);
        await Forget(connection, before.Keys.Select(key => key.Id).Except(after.Keys.Select(key => key.Id)), cancellation);
        await audit.Record(connection, by.Did(AuditActions.ModelChanged, Subject(id), Only(was, changed), Only(isNow, changed)), cancellation);
        await transaction.CommitAsync(cancellation);
        catalog.Changed();
        return after;
    }

    /// <summary>Removes an entry.</summary>
    /// <exception cref="ProblemException">There is no such entry (404), or routes have it (409).</exception>
    public async Task Delete(Guid id, Actor by, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var entry = await Locked(connection, id, cancellation);
        if (await RoutesWith(connection, id, cancellation) is { Length: > 0 } routes)
            throw new ProblemException(StatusCodes.Status409Conflict, $"The model is in the routes {routes}: take it out there first.", "id");
        await connection.Run("delete from llm_models where id = $1", cancellation, id);
        await Forget(connection, entry.Keys.Select(key => key.Id).Append(id), cancellation);
        await audit.Record(connection, by.Did(AuditActions.ModelDeleted, Subject(id), Shown(entry).ToJsonString()), cancellation);
        await transaction.CommitAsync(cancellation);
        catalog.Changed();
    }

    private static async Task<Entry> Locked(NpgsqlConnection connection, Guid id, CancellationToken cancellation)
    {
        await using var command = connection.Statement($"select {EntryTable.Columns} from llm_models where id = $1 and owner is null for update", id);
        return (await EntryTable.Read(command, cancellation)).SingleOrDefault() ?? throw NotFound();
    }

    private static async Task<string> RoutesWith(NpgsqlConnection connection, Guid id, CancellationToken cancellation)
    {
        await using var command = connection.Statement(
            "select coalesce(string_agg(name, ', ' order by name), '') from llm_routes where targets @> jsonb_build_array(jsonb_build_object('model', $1::text))", $"{id}");
        return (string)(await command.ExecuteScalarAsync(cancellation))!;
    }

    /// <summary>How something did that is there no more.</summary>
    private static Task<int> Forget(NpgsqlConnection connection, IEnumerable<Guid> subjects, CancellationToken cancellation) =>
        connection.Run("delete from llm_health where subject = any($1)", cancellation, subjects.ToArray());

    /// <summary>What is kept of it by who did what: no more than answers have.</summary>
    private JsonObject Shown(Entry entry)
    {
        var shown = JsonNode.Parse(CatalogJson.Write(EntryItem.Of(entry, currency, time.KeptNow())))!.AsObject();
        foreach (var derived in new[] { "id", "created_at", "updated_at", "input_price", "output_price", "currency" })
            shown.Remove(derived);
        return shown;
    }

    private static string Only(JsonObject shown, IEnumerable<string> names) =>
        new JsonObject(names.Select(name => KeyValuePair.Create(name, shown[name]?.DeepClone()))).ToJsonString();

    private static string Subject(Guid id) => $"model:{id}";

    private static ProblemException NotFound() => ProblemException.NotFound("id", "The model");
}
