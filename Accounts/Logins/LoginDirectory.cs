using Bus.Events;
using Bus.Messaging.Access;
using Bus.Messaging.Http;
using Npgsql;

namespace Bus.Accounts.Logins;

/// <summary>Where somebody is logged in.</summary>
/// <param name="Id">The login.</param>
/// <param name="Kind"><c>browser</c> or <c>client</c>.</param>
/// <param name="Client">What it calls itself.</param>
/// <param name="Address">From where it was begun.</param>
/// <param name="CreatedAt">When.</param>
/// <param name="SeenAt">When it was last used, to the minute.</param>
/// <param name="ExpiresAt">When it ends at the latest.</param>
/// <param name="IsThis">It is the one that asks.</param>
internal sealed record LoginItem(
    Guid Id, string Kind, string Client, string Address, DateTimeOffset CreatedAt, DateTimeOffset SeenAt, DateTimeOffset ExpiresAt, bool IsThis);

/// <summary>Where people are logged in.</summary>
internal sealed class LoginDirectory(NpgsqlDataSource database, IAudit audit)
{
    /// <summary>Where an account is logged in, the newest first.</summary>
    /// <param name="userId">The account.</param>
    /// <param name="current">The login that asks.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<IReadOnlyList<LoginItem>> Of(Guid userId, Guid? current, CancellationToken cancellation)
    {
        await using var command = database.Statement(
            "select id, is_cookie, client, address, created_at, seen_at, expires_at from account_logins where user_id = $1 order by created_at desc, id", userId);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var logins = new List<LoginItem>();
        while (await reader.ReadAsync(cancellation))
        {
            var id = reader.GetGuid(0);
            logins.Add(new LoginItem(
                id, reader.GetBoolean(1) ? "browser" : "client", reader.GetString(2), reader.GetString(3), reader.GetFieldValue<DateTimeOffset>(4),
                reader.GetFieldValue<DateTimeOffset>(5), reader.GetFieldValue<DateTimeOffset>(6), id == current));
        }

        return logins;
    }

    /// <summary>Ends a login of an account.</summary>
    /// <exception cref="ProblemException">It has no such login (404).</exception>
    public async Task End(Guid userId, Guid loginId, Actor by, CancellationToken cancellation)
    {
        if (!await TryEnd(userId, loginId, by, cancellation))
            throw ProblemException.NotFound("id", "The login");
    }

    /// <summary>Ends all logins of an account, but perhaps one.</summary>
    public async Task EndAll(Guid userId, Guid? except, Actor by, CancellationToken cancellation)
    {
        foreach (var login in (await Of(userId, except, cancellation)).Where(login => !login.IsThis))
            await TryEnd(userId, login.Id, by, cancellation);
    }

    /// <returns>False when there is none.</returns>
    private async Task<bool> TryEnd(Guid userId, Guid loginId, Actor by, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        if (await connection.Run("delete from account_logins where user_id = $1 and id = $2", cancellation, userId, loginId) == 0)
            return false;
        await audit.Record(connection, by.Did(AuditActions.LoginEnded, $"login:{loginId}"), cancellation);
        await transaction.CommitAsync(cancellation);
        return true;
    }
}
