using Bus.Contracts;
using Bus.Events;
using Bus.Messaging.Access;
using Npgsql;

namespace Bus.Accounts.Logins;

/// <summary>
/// Finds out who has a credential. The database is asked each time, or was a moment ago, so that whoever is shut out, or may do less, is so at once and everywhere.
/// </summary>
internal sealed class Credentials(NpgsqlDataSource database, KeyLookups keys, TimeProvider time)
{
    /// <summary>Of an account: who it is, and whose conversations are its own.</summary>
    public const string Columns = """
        u.id, u.user_name, u.role, array(select platform || ':' || participant from account_links where user_id = u.id order by platform, participant)
        """;

    /// <summary>It is noted once a minute that somebody is there.</summary>
    private static readonly TimeSpan SeenAgain = TimeSpan.FromMinutes(1);

    /// <summary>Who has a credential; null when nobody has, or not any more.</summary>
    public async ValueTask<Caller?> Find(string secret, CancellationToken cancellation) =>
        Secret.IsOf(Secret.ApiKey, secret) ? (await keys.Find(Secret.HashOf(secret), cancellation))?.Caller
        : Secret.IsOf(Secret.AccessToken, secret) ? await OfLogin(secret, isCookie: false, cancellation)
        : Secret.IsOf(Secret.Cookie, secret) ? await OfLogin(secret, isCookie: true, cancellation)
        : null;

    private async Task<Caller?> OfLogin(string secret, bool isCookie, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var (id, seenAt, caller) = (Guid.Empty, now, (Caller?)null);
        await using (var command = database.Statement(
            $"""
            select {Columns}, l.id, l.seen_at from account_logins l join account_users u on u.id = l.user_id
            where l.access_hash = $1 and l.is_cookie = $2 and l.access_expires_at > $3 and l.expires_at > $3
              and u.status = 'active' and u.security_stamp = l.security_stamp
            """,
            Secret.HashOf(secret), isCookie, now.UtcDateTime))
        await using (var reader = await command.ExecuteReaderAsync(cancellation))
        {
            if (!await reader.ReadAsync(cancellation))
                return null;
            (id, seenAt) = (reader.GetGuid(4), reader.GetFieldValue<DateTimeOffset>(5));
            caller = CallerOf(reader, $"login:{id}", null, null);
        }

        if (now - seenAt > SeenAgain)
        {
            // A browser that is used stays logged in; clients refresh their tokens.
            await database.Run(
                "update account_logins set seen_at = $2, access_expires_at = case when is_cookie then $3 else access_expires_at end where id = $1",
                cancellation, id, now.UtcDateTime, (now + Limits.LongestIdleLogin).UtcDateTime);
        }

        return caller;
    }

    /// <summary>A key may do what it was made for, as far as its owner may.</summary>
    public static Caller CallerOf(NpgsqlDataReader reader, string via, string[]? scopes, string[]? models)
    {
        var (user, role) = (reader.GetGuid(0), reader.GetString(2));
        var permissions = AccountRoles.PermissionsOf(role);
        if (scopes is not null)
            permissions = permissions.Intersect(scopes).Where(Permissions.Scopes.Contains).ToHashSet(StringComparer.Ordinal);
        return new Caller(user, reader.GetString(1), role, via, permissions, [Owners.OfUser(user), .. reader.GetFieldValue<string[]>(3)], models);
    }
}
