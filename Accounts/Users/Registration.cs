using System.Text.Json;
using Bus.Contracts;
using Bus.Events;
using Bus.Messaging;
using Bus.Messaging.Access;
using Bus.Messaging.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Bus.Accounts.Users;

/// <summary>Makes accounts (contract, A-21 and A-22): the first is an administrator, others wait until one lets them in.</summary>
internal sealed class Registration(
    AccountsContext context, UserManager<User> manager, Passwords passwords, LiveSettings settings, IAudit audit, TimeProvider time)
{
    /// <summary>Somebody wants an account.</summary>
    /// <exception cref="ProblemException">It cannot be made (400, 409), or nobody may have one (403).</exception>
    public async Task<User> Register(string? name, string? password, CancellationToken cancellation)
    {
        if ((await settings.Get(cancellation)).RegistrationEnabled == false)
            throw new ProblemException(StatusCodes.Status403Forbidden, "Accounts are made by administrators here (registration_enabled).");
        return await Add(name, password, null, null, cancellation);
    }

    /// <summary>An account is made for somebody.</summary>
    /// <param name="name">What it is called.</param>
    /// <param name="password">What opens it.</param>
    /// <param name="role">What it may do; null: the first everything, others what people may who wait to be let in.</param>
    /// <param name="by">Who makes it; null: it itself.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="ProblemException">It cannot be made (400, 409).</exception>
    public Task<User> Add(string? name, string? password, string? role, Actor? by, CancellationToken cancellation)
    {
        var user = new User
        {
            Id = Guid.CreateVersion7(time.GetUtcNow()),
            UserName = Present("username", name).Trim(),
            Role = role ?? AccountRoles.User,
            Status = role is null ? UserStates.Pending : UserStates.Active,
            CreatedAt = time.GetUtcNow(),
        };
        if (!UserNames.IsName(user.UserName))
            throw ProblemException.Invalid("username", UserNames.Rule);
        return passwords.Hashing(() => context.Together(connection => Add(connection, user, Present("password", password), role, by, cancellation), cancellation), cancellation);
    }

    private async Task<User> Add(NpgsqlConnection connection, User user, string password, string? role, Actor? by, CancellationToken cancellation)
    {
        // Two who come first at the same time are not both the first.
        await connection.Run("select pg_advisory_xact_lock(hashtextextended('bus accounts', 0))", cancellation);
        if (role is null && !await context.Users.AnyAsync(cancellation))
            (user.Role, user.Status) = (AccountRoles.Admin, UserStates.Active);
        await PasswordRules.Check(manager, user, "password", password);
        if (await manager.CreateAsync(user, password) is { Succeeded: false } failed)
        {
            throw failed.Errors.Any(error => error.Code == nameof(IdentityErrorDescriber.DuplicateUserName))
                ? new ProblemException(StatusCodes.Status409Conflict, "username is taken, or looks like one that is.", "username")
                : new ProblemException(StatusCodes.Status400BadRequest, string.Join(' ', failed.Errors.Select(error => error.Description)));
        }

        var (id, after) = (Owners.OfUser(user.Id), JsonSerializer.Serialize(new { name = user.UserName, role = user.Role, status = user.Status }));
        await audit.Record(
            connection, (by ?? new Actor(id, user.UserName!, "")).Did(AuditActions.UserRegistered, id, after: after), cancellation);
        return user;
    }

    private static string Present(string field, string? value) => value ?? throw ProblemException.Invalid(field, "is missing.");
}
