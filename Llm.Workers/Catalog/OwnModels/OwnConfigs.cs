using System.Text.Json;
using Bus.Contracts;
using Bus.Events;
using Bus.Llm.Vault;
using Bus.Messaging.Access;
using Bus.Messaging.Http;
using Microsoft.AspNetCore.Http;
using Npgsql;

namespace Bus.Llm.Catalog.OwnModels;

/// <summary>What people have chosen for themselves.</summary>
internal sealed class OwnConfigs(NpgsqlDataSource database, ModelCatalog catalog, KeyVault vault, TimeProvider time)
{
    /// <summary>What holds for somebody.</summary>
    public async Task<ConfigResponse> Show(string identifier, Caller caller, CancellationToken cancellation)
    {
        var config = await OwnConfigTable.Find(database, identifier, cancellation);
        return ConfigResponse.Of(await catalog.Get(cancellation), config, OwnConfig.OwnerOf(identifier), caller);
    }

    /// <summary>Changes it; of two changes at the same time, the second knows the first.</summary>
    /// <exception cref="ProblemException">Something is not as it must be (400), may not be chosen (403) or cannot be kept (409).</exception>
    public async Task Change(string identifier, Caller caller, IReadOnlyDictionary<string, JsonElement> members, CancellationToken cancellation)
    {
        var models = await catalog.Get(cancellation);
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await connection.Run("select pg_advisory_xact_lock(hashtextextended('bus config ' || $1, 0))", cancellation, identifier);
        var before = await OwnConfigTable.Locked(connection, identifier, cancellation);
        if (before is null && caller.UserId is null)
            await CheckRoom(connection, cancellation);
        var now = time.KeptNow();
        var after = new OwnConfigChange(members, vault, now).Of(
            before ?? new OwnConfig(identifier, null, null, null, null, null, Guid.CreateVersion7(now), null, now),
            (field, name) => Check(models, field, name, OwnConfig.OwnerOf(identifier), caller));
        await OwnConfigTable.Write(connection, after, cancellation);
        await transaction.CommitAsync(cancellation);
        catalog.Changed();
    }

    private static void Check(CatalogSnapshot models, string field, string name, Guid owner, Caller caller)
    {
        caller.Asks(name, field);
        try
        {
            models.Resolve(name, null, owner);
        }
        catch (ModelNotFoundException none)
        {
            throw ProblemException.Invalid(field, $"leads nowhere. {none.Message}");
        }
    }

    /// <summary>Whoever has no account can call themselves as they like.</summary>
    private static async Task CheckRoom(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = connection.Statement("select count(*) from user_configs where user_identifier like $1", $"{Owners.Local}/%");
        if ((long)(await command.ExecuteScalarAsync(cancellation))! >= Limits.MostLocalChoices)
            throw new ProblemException(StatusCodes.Status409Conflict, $"The choices of {Limits.MostLocalChoices} people without an account are kept at most: use an account.");
    }
}
