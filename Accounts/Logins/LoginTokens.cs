using Bus.Contracts;
using Bus.Events;
using Bus.Messaging.Access;
using Bus.Messaging.Http;
using Microsoft.AspNetCore.Http;
using Npgsql;

namespace Bus.Accounts.Logins;

/// <summary>What a login is given.</summary>
/// <param name="LoginId">The login.</param>
/// <param name="Access">What opens the door.</param>
/// <param name="Refresh">What another one is given for; null for browsers.</param>
/// <param name="ExpiresAt">When the first of them does not open it any more.</param>
internal sealed record IssuedLogin(Guid LoginId, string Access, string? Refresh, DateTimeOffset ExpiresAt);

/// <summary>Who a login is for, and where it is begun.</summary>
/// <param name="UserId">The account.</param>
/// <param name="Name">What it is called.</param>
/// <param name="SecurityStamp">Identity's stamp of it: when that changes, the login ends.</param>
/// <param name="Client">What the browser calls itself.</param>
/// <param name="Address">Its address.</param>
internal sealed record LoginRequester(Guid UserId, string Name, string SecurityStamp, string Client, string Address);

/// <summary>Begins logins, and goes on with them. A refresh token is good once; one that comes again ends its login.</summary>
internal sealed class LoginTokens(NpgsqlDataSource database, IAudit audit, TimeProvider time)
{
    /// <summary>Begins a login.</summary>
    public async Task<IssuedLogin> Begin(LoginRequester who, bool isCookie, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var expires = now + (isCookie ? Limits.LongestIdleLogin : Limits.AccessTokenLife);
        var issued = new IssuedLogin(
            Guid.CreateVersion7(now), Secret.New(isCookie ? Secret.Cookie : Secret.AccessToken), isCookie ? null : Secret.New(Secret.RefreshToken), expires);

        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await connection.Run(
            """
            insert into account_logins (id, user_id, is_cookie, access_hash, access_expires_at, expires_at, security_stamp, client, address, created_at, seen_at)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10)
            """,
            cancellation, issued.LoginId, who.UserId, isCookie, Secret.HashOf(issued.Access), expires.UtcDateTime, (now + Limits.LongestLogin).UtcDateTime,
            who.SecurityStamp, who.Client, who.Address, now.UtcDateTime);
        await KeepRefresh(connection, issued, cancellation);
        var id = Owners.OfUser(who.UserId);
        await audit.Record(connection, new Actor(id, who.Name, $"login:{issued.LoginId}").Did(AuditActions.LoginBegun, id), cancellation);
        await transaction.CommitAsync(cancellation);
        return issued;
    }

    /// <summary>Gives new tokens for a refresh token. The old ones are good no longer.</summary>
    /// <exception cref="ProblemException">The token is not good, or not any more (401).</exception>
    public async Task<IssuedLogin> Refresh(string token, CancellationToken cancellation)
    {
        if (!Secret.IsOf(Secret.RefreshToken, token))
            throw Refused();
        var (now, hash) = (time.GetUtcNow(), Secret.HashOf(token));
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        if (await Find(connection, hash, now, cancellation) is not { } found)
            throw Refused();
        if (found.IsUsed)
        {
            await EndFamily(connection, found, cancellation);
            await transaction.CommitAsync(cancellation);
            throw Refused();
        }

        var issued = new IssuedLogin(found.LoginId, Secret.New(Secret.AccessToken), Secret.New(Secret.RefreshToken), now + Limits.AccessTokenLife);
        await connection.Run("update account_refresh_tokens set is_used = true where hash = $1", cancellation, hash);
        await connection.Run(
            "update account_logins set access_hash = $2, access_expires_at = $3, seen_at = $4 where id = $1",
            cancellation, found.LoginId, Secret.HashOf(issued.Access), issued.ExpiresAt.UtcDateTime, now.UtcDateTime);
        await KeepRefresh(connection, issued, cancellation);
        await transaction.CommitAsync(cancellation);
        return issued;
    }

    /// <summary>The login is locked, so that of two who bring the same token at the same time the second is seen.</summary>
    private static async Task<FoundLogin?> Find(NpgsqlConnection connection, byte[] hash, DateTimeOffset now, CancellationToken cancellation)
    {
        await using (var lockLogin = connection.Statement(
            "select l.id from account_logins l where l.id = (select login_id from account_refresh_tokens where hash = $1) for update", hash))
        {
            if (await lockLogin.ExecuteScalarAsync(cancellation) is not Guid)
                return null;
        }

        await using var command = connection.Statement(
            """
            select l.id, u.id, u.user_name, r.is_used from account_refresh_tokens r
            join account_logins l on l.id = r.login_id join account_users u on u.id = l.user_id
            where r.hash = $1 and u.status = 'active' and u.security_stamp = l.security_stamp and l.expires_at > $2 and l.seen_at > $3
            """,
            hash, now.UtcDateTime, (now - Limits.LongestIdleLogin).UtcDateTime);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation)
            ? new FoundLogin(reader.GetGuid(0), reader.GetGuid(1), reader.GetString(2), reader.GetBoolean(3))
            : null;
    }

    private async Task EndFamily(NpgsqlConnection connection, FoundLogin login, CancellationToken cancellation)
    {
        await connection.Run("delete from account_logins where id = $1", cancellation, login.LoginId);
        await audit.Record(
            connection,
            new Actor(Owners.OfUser(login.UserId), login.Name, $"login:{login.LoginId}").Did(AuditActions.RefreshReplayed, $"login:{login.LoginId}"), cancellation);
    }

    private static async Task KeepRefresh(NpgsqlConnection connection, IssuedLogin issued, CancellationToken cancellation)
    {
        if (issued.Refresh is { } refresh)
            await connection.Run("insert into account_refresh_tokens (hash, login_id) values ($1, $2)", cancellation, Secret.HashOf(refresh), issued.LoginId);
    }

    private static ProblemException Refused() =>
        new(StatusCodes.Status401Unauthorized, "refresh_token is wrong, was used before, or has expired: log in again.", "refresh_token");

    private sealed record FoundLogin(Guid LoginId, Guid UserId, string Name, bool IsUsed);
}
