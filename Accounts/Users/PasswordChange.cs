using System.Text.Json.Serialization;
using Bus.Contracts;
using Bus.Events;
using Bus.Messaging.Access;
using Bus.Messaging.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;

namespace Bus.Accounts.Users;

/// <summary>Somebody is given another password.</summary>
/// <param name="Password">The password.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record SetPasswordRequest(string? Password);

/// <summary>Changes passwords. All logins that began with the old one end, but that from which it is changed.</summary>
internal sealed class PasswordChange(AccountsContext context, UserManager<User> manager, Passwords passwords, IAudit audit)
{
    /// <summary>Somebody changes their own.</summary>
    /// <param name="user">Who has confirmed that it is they.</param>
    /// <param name="next">The new one.</param>
    /// <param name="by">Who they are; the login that they come by stays.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="ProblemException">The new one may not be (400).</exception>
    public Task Change(User user, string? next, Actor by, CancellationToken cancellation) =>
        Set(user, next, "new_password", by.LoginId, by, cancellation);

    /// <summary>An administrator gives somebody another one, who has lost theirs: codes are not asked for any more either.</summary>
    /// <exception cref="ProblemException">There is no such account (404), or the password may not be (400).</exception>
    public async Task Set(Guid userId, string? next, Actor by, CancellationToken cancellation)
    {
        var user = await manager.FindByIdAsync(userId.ToString()) ?? throw ProblemException.NotFound("id", $"The account {userId}");
        user.TwoFactorEnabled = false;
        user.AccessFailedCount = 0;
        user.LockoutEnd = null;
        await Set(user, next, "password", null, by, cancellation);
    }

    private async Task Set(User user, string? next, string field, Guid? keptLogin, Actor by, CancellationToken cancellation)
    {
        await PasswordRules.Check(manager, user, field, next ?? throw ProblemException.Invalid(field, "is missing."));
        await passwords.Hashing(() => context.Together(async connection =>
        {
            user.PasswordHash = manager.PasswordHasher.HashPassword(user, next);
            if (await manager.UpdateSecurityStampAsync(user) is { Succeeded: false } failed)
                throw new ProblemException(StatusCodes.Status409Conflict, string.Join(' ', failed.Errors.Select(error => error.Description)));
            await connection.Run("delete from account_logins where user_id = $1 and id <> $2", cancellation, user.Id, keptLogin ?? Guid.Empty);
            await connection.Run("update account_logins set security_stamp = $2 where user_id = $1", cancellation, user.Id, user.SecurityStamp);
            await audit.Record(connection, by.Did(AuditActions.PasswordChanged, Owners.OfUser(user.Id)), cancellation);
            return true;
        }, cancellation), cancellation);
    }
}
