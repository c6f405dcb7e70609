using System.Text.Json;
using Bus.Accounts.Logins;
using Bus.Contracts;
using Bus.Events;
using Bus.Messaging.Access;
using Bus.Messaging.Http;
using Microsoft.AspNetCore.Http;
using Npgsql;
using NpgsqlTypes;

namespace Bus.Accounts.Keys;

/// <summary>A key that we have issued.</summary>
/// <param name="Id">The key.</param>
/// <param name="Name">What its owner calls it.</param>
/// <param name="Hint">How it begins and ends.</param>
/// <param name="Scopes">What it may do, as far as its owner may.</param>
/// <param name="Models">The models that it may ask; null: all.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="ExpiresAt">When it is good no longer; null: never.</param>
/// <param name="UsedAt">When it was last used, to the minute; null: never.</param>
internal sealed record KeyItem(
    Guid Id, string Name, string Hint, IReadOnlyList<string> Scopes, IReadOnlyList<string>? Models, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt, DateTimeOffset? UsedAt);

/// <summary>What a key is to be.</summary>
/// <param name="Name">What its owner calls it.</param>
/// <param name="Scopes">What it may do.</param>
/// <param name="Models">The models that it may ask; null: all.</param>
/// <param name="ExpiresAt">When it is good no longer; null: never.</param>
internal sealed record NewKey(string Name, IReadOnlyList<string> Scopes, IReadOnlyList<string>? Models, DateTimeOffset? ExpiresAt);

/// <summary>The keys that we issue. Only their hashes are kept.</summary>
internal sealed class ApiKeys(NpgsqlDataSource database, KeyLookups lookups, IAudit audit, TimeProvider time)
{
    private const int HintLength = 4;

    /// <summary>The keys of an account, the newest first.</summary>
    public async Task<IReadOnlyList<KeyItem>> Of(Guid userId, CancellationToken cancellation)
    {
        await using var command = database.Statement(
            "select id, name, hint, scopes, models, created_at, expires_at, used_at from account_keys where user_id = $1 order by created_at desc, id", userId);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var keys = new List<KeyItem>();
        while (await reader.ReadAsync(cancellation))
        {
            keys.Add(new KeyItem(
                reader.GetGuid(0), reader.GetString(1), $"{Secret.ApiKey}…{reader.GetString(2)}", reader.GetFieldValue<string[]>(3), await reader.IsDBNullAsync(4, cancellation) ? null : reader.GetFieldValue<string[]>(4),
                reader.GetFieldValue<DateTimeOffset>(5), reader.GetFieldValue<DateTimeOffset?>(6), reader.GetFieldValue<DateTimeOffset?>(7)));
        }

        return keys;
    }

    /// <summary>Makes a key. It is told once, here.</summary>
    /// <exception cref="ProblemException">The account has as many as it may have (409).</exception>
    public async Task<(KeyItem Item, string Key)> Create(Guid userId, NewKey wanted, Actor by, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var key = Secret.New(Secret.ApiKey);
        var item = new KeyItem(
            Guid.CreateVersion7(now), wanted.Name, $"{Secret.ApiKey}…{key[^HintLength..]}", wanted.Scopes, wanted.Models, now, wanted.ExpiresAt, null);
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        if (await Count(connection, userId, cancellation) >= Limits.MostKeys)
            throw new ProblemException(StatusCodes.Status409Conflict, $"An account has {Limits.MostKeys} keys at most: withdraw one first.");
        await using (var insert = connection.Statement(
            "insert into account_keys (id, user_id, hash, hint, name, scopes, expires_at, created_at, models) values ($1, $2, $3, $4, $5, $6, $7::timestamptz, $8, $9)",
            item.Id, userId, Secret.HashOf(key), key[^HintLength..], item.Name, item.Scopes.ToArray(), item.ExpiresAt?.UtcDateTime, now.UtcDateTime))
        {
            insert.Parameters.Add(new NpgsqlParameter { Value = (object?)item.Models?.ToArray() ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text });
            await insert.ExecuteNonQueryAsync(cancellation);
        }

        var after = JsonSerializer.Serialize(new { name = item.Name, scopes = item.Scopes, models = item.Models, expires_at = item.ExpiresAt, owner = Owners.OfUser(userId) });
        await audit.Record(connection, by.Did(AuditActions.KeyCreated, $"key:{item.Id}", after: after), cancellation);
        await transaction.CommitAsync(cancellation);
        return (item, key);
    }

    /// <summary>Withdraws a key of an account, at once and everywhere.</summary>
    /// <exception cref="ProblemException">It has no such key (404).</exception>
    public async Task Revoke(Guid userId, Guid keyId, Actor by, CancellationToken cancellation)
    {
        await using (var connection = await database.OpenConnectionAsync(cancellation))
        await using (var transaction = await connection.BeginTransactionAsync(cancellation))
        {
            if (await connection.Run("delete from account_keys where user_id = $1 and id = $2", cancellation, userId, keyId) == 0)
                throw ProblemException.NotFound("id", "The key");
            await audit.Record(connection, by.Did(AuditActions.KeyRevoked, $"key:{keyId}"), cancellation);
            await transaction.CommitAsync(cancellation);
        }

        await lookups.Forgotten();
    }

    /// <summary>The account is locked, so that two keys made at the same time are counted one after the other.</summary>
    private static async Task<long> Count(NpgsqlConnection connection, Guid userId, CancellationToken cancellation)
    {
        await connection.Run("select 1 from account_users where id = $1 for update", cancellation, userId);
        await using var command = connection.Statement("select count(*) from account_keys where user_id = $1", userId);
        return (long)(await command.ExecuteScalarAsync(cancellation))!;
    }
}
