using System.Text.Json;
using Bus.Accounts.Logins;
using Bus.Contracts;
using Bus.Events;
using Bus.Messaging.Access;
using Bus.Messaging.Http;
using Microsoft.AspNetCore.Http;
using Npgsql;

namespace Bus.Accounts.Users;

/// <summary>An account, as administrators and its owner see it.</summary>
/// <param name="Id">The account.</param>
/// <param name="Username">What it is called.</param>
/// <param name="Role">A name of <see cref="AccountRoles"/>.</param>
/// <param name="Status"><c>pending</c>, <c>active</c> or <c>disabled</c>.</param>
/// <param name="MessagesPerMinute">How many messages it may send in a minute; null: what is set for all.</param>
/// <param name="MessagesPerDay">The same for a day.</param>
/// <param name="HasCodes">Its login asks for codes.</param>
/// <param name="CreatedAt">When it was made.</param>
public sealed record UserItem(
    Guid Id, string Username, string Role, string Status, int? MessagesPerMinute, int? MessagesPerDay, bool HasCodes, DateTimeOffset CreatedAt);

/// <summary>The accounts there are, and what administrators do with them.</summary>
internal sealed class UserDirectory(NpgsqlDataSource database, KeyLookups lookups, IAudit audit)
{
    private const string Columns = "id, user_name, role, status, messages_per_minute, messages_per_day, two_factor_enabled, created_at";

    /// <summary>All of them, in the order of their names.</summary>
    public async Task<IReadOnlyList<UserItem>> List(CancellationToken cancellation)
    {
        await using var command = database.Statement($"select {Columns} from account_users order by user_name, id");
        return await Read(command, cancellation);
    }

    /// <summary>One of them; null when there is none.</summary>
    public async Task<UserItem?> Find(Guid id, CancellationToken cancellation)
    {
        await using var command = database.Statement($"select {Columns} from account_users where id = $1", id);
        return (await Read(command, cancellation)).SingleOrDefault();
    }

    /// <summary>The one of that name, or of one that looks like it; null when there is none.</summary>
    public async Task<UserItem?> Named(string name, CancellationToken cancellation)
    {
        await using var command = database.Statement($"select {Columns} from account_users where normalized_user_name = $1", UserNames.Skeleton(name));
        return (await Read(command, cancellation)).SingleOrDefault();
    }

    /// <summary>Lets somebody in who waits.</summary>
    public Task<UserItem> Approve(Guid id, Actor by, CancellationToken cancellation) => Change(
        id, by, AuditActions.UserApproved, user => user.Status == UserStates.Pending ? user with { Status = UserStates.Active } : user, cancellation);

    /// <summary>Shuts somebody out, at once and everywhere.</summary>
    public Task<UserItem> Disable(Guid id, Actor by, CancellationToken cancellation) =>
        Change(id, by, AuditActions.UserDisabled, user => user with { Status = UserStates.Disabled }, cancellation);

    /// <summary>Lets them in again.</summary>
    public Task<UserItem> Enable(Guid id, Actor by, CancellationToken cancellation) => Change(
        id, by, AuditActions.UserEnabled, user => user.Status == UserStates.Disabled ? user with { Status = UserStates.Active } : user, cancellation);

    /// <summary>Changes what somebody may do; it holds at once.</summary>
    public Task<UserItem> SetRole(Guid id, string role, Actor by, CancellationToken cancellation) =>
        Change(id, by, AuditActions.UserRoleChanged, user => user with { Role = role }, cancellation);

    /// <summary>Changes how much somebody may do.</summary>
    public Task<UserItem> SetLimits(Guid id, int? messagesPerMinute, int? messagesPerDay, Actor by, CancellationToken cancellation) => Change(
        id, by, AuditActions.UserLimitsChanged, user => user with { MessagesPerMinute = messagesPerMinute, MessagesPerDay = messagesPerDay }, cancellation);

    /// <summary>Removes an account with its keys, logins and links. What was said with it stays, for administrators.</summary>
    /// <exception cref="ProblemException">There is none (404), or it is the last administrator (409).</exception>
    public async Task Delete(Guid id, Actor by, CancellationToken cancellation)
    {
        await using (var connection = await database.OpenConnectionAsync(cancellation))
        await using (var transaction = await connection.BeginTransactionAsync(cancellation))
        {
            var user = await Lock(connection, id, cancellation);
            await LeaveAnAdmin(connection, user, after: null, cancellation);
            await connection.Run("delete from account_users where id = $1", cancellation, id);
            await audit.Record(connection, by.Did(AuditActions.UserDeleted, Owners.OfUser(id), Text(user)), cancellation);
            await transaction.CommitAsync(cancellation);
        }

        await lookups.Forgotten();
    }

    private async Task<UserItem> Change(Guid id, Actor by, string action, Func<UserItem, UserItem> change, CancellationToken cancellation)
    {
        var (before, after) = await Write(id, by, action, change, cancellation);
        if (after != before)
            await lookups.Forgotten();
        return after;
    }

    private async Task<(UserItem Before, UserItem After)> Write(Guid id, Actor by, string action, Func<UserItem, UserItem> change, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var before = await Lock(connection, id, cancellation);
        var after = change(before);
        if (after == before)
            return (before, after);
        await LeaveAnAdmin(connection, before, after, cancellation);
        await connection.Run(
            "update account_users set role = $2, status = $3, messages_per_minute = $4::int, messages_per_day = $5::int, concurrency_stamp = $6 where id = $1",
            cancellation, id, after.Role, after.Status, after.MessagesPerMinute, after.MessagesPerDay, Secret.New(""));
        if (after.Status != UserStates.Active)
            await connection.Run("delete from account_logins where user_id = $1", cancellation, id);
        await audit.Record(connection, by.Did(action, Owners.OfUser(id), Text(before), Text(after)), cancellation);
        await transaction.CommitAsync(cancellation);
        return (before, after);
    }

    private static async Task<UserItem> Lock(NpgsqlConnection connection, Guid id, CancellationToken cancellation)
    {
        await connection.Run("select pg_advisory_xact_lock(hashtextextended('bus accounts', 0))", cancellation);
        await using var command = connection.Statement($"select {Columns} from account_users where id = $1 for update", id);
        return (await Read(command, cancellation)).SingleOrDefault() ?? throw ProblemException.NotFound("id", $"The account {id}");
    }

    private static async Task LeaveAnAdmin(NpgsqlConnection connection, UserItem before, UserItem? after, CancellationToken cancellation)
    {
        if (!IsAdmin(before) || (after is not null && IsAdmin(after)))
            return;
        await using var command = connection.Statement(
            "select count(*) from account_users where role = $1 and status = $2 and id <> $3", AccountRoles.Admin, UserStates.Active, before.Id);
        if ((long)(await command.ExecuteScalarAsync(cancellation))! == 0)
            throw new ProblemException(StatusCodes.Status409Conflict, "This is the only administrator: make another one first.", "id");
    }

    private static bool IsAdmin(UserItem user) => user is { Role: AccountRoles.Admin, Status: UserStates.Active };

    private static string Text(UserItem user) => JsonSerializer.Serialize(new
    {
        name = user.Username,
        role = user.Role,
        status = user.Status,
        messages_per_minute = user.MessagesPerMinute,
        messages_per_day = user.MessagesPerDay,
    });

    private static async Task<IReadOnlyList<UserItem>> Read(NpgsqlCommand command, CancellationToken cancellation)
    {
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var users = new List<UserItem>();
        while (await reader.ReadAsync(cancellation))
        {
            users.Add(new UserItem(
                reader.GetGuid(0), reader.GetString(1), reader.GetString(2), reader.GetString(3), reader.GetFieldValue<int?>(4), reader.GetFieldValue<int?>(5),
                reader.GetBoolean(6), reader.GetFieldValue<DateTimeOffset>(7)));
        }

        return users;
    }
}
