using Bus.Accounts.Codes;
using Bus.Accounts.Counting;
using Bus.Accounts.Users;
using Bus.Contracts;
using Bus.Messaging.Access;
using Bus.Messaging.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Bus.Accounts.Logins;

/// <summary>
/// Finds out who somebody is by name, password and code. What is wrong of them is not told, nor whether there is such an account; how the account
/// stands only to whoever knows the password.
/// </summary>
internal sealed class PasswordLogin(
    UserManager<User> manager, AccountsContext context, Passwords passwords, LoginCodes codes, Counts counts, IAudit audit, Refusals refusals, AttemptLimits attempts)
{
    /// <summary>Finds out.</summary>
    /// <exception cref="ProblemException">It is nobody who may log in (401, 403), or there were too many tries (429).</exception>
    public async Task<User> Check(string name, string password, string? code, string address, CancellationToken cancellation)
    {
        await counts.Enter($"login from {address}", TimeSpan.FromMinutes(1), attempts.LoginsPerMinute, cancellation);
        var user = UserNames.IsName(name) ? await manager.FindByNameAsync(name) : null;
        var isKnown = await passwords.Check(manager, user, password, cancellation);
        // Others have tried meanwhile: what they found wrong counts before this is told.
        if (user is null || !await IsThere(user, cancellation) || await manager.IsLockedOutAsync(user))
        {
            await counts.Enter("login of nobody", TimeSpan.FromMinutes(1), long.MaxValue, cancellation); // takes as long as what is done of somebody
            throw Wrong();
        }

        if (!isKnown)
        {
            await Failed(user, cancellation);
            throw Wrong();
        }

        await CheckCode(user, code, cancellation);
        if (user.AccessFailedCount > 0)
            await manager.ResetAccessFailedCountAsync(user);
        return user.Status switch
        {
            UserStates.Active => user,
            UserStates.Pending => throw new ProblemException(StatusCodes.Status403Forbidden, "An administrator has to let this account in first."),
            _ => throw new ProblemException(StatusCodes.Status403Forbidden, "This account is shut out."),
        };
    }

    private async Task CheckCode(User user, string? code, CancellationToken cancellation)
    {
        if (!user.TwoFactorEnabled)
            return;
        if (string.IsNullOrWhiteSpace(code))
            throw new ProblemException(StatusCodes.Status401Unauthorized, "code is missing: this account asks for one.", "code");
        if (await codes.Redeem(user, code, cancellation))
            return;
        await Failed(user, cancellation);
        throw new ProblemException(StatusCodes.Status401Unauthorized, "code is wrong, or was used before.", "code");
    }

    private async Task Failed(User user, CancellationToken cancellation)
    {
        // Somebody else may be faster, and both count.
        while ((await manager.AccessFailedAsync(user)).Errors.Any(error => error.Code == nameof(IdentityErrorDescriber.ConcurrencyFailure)))
        {
            if (!await IsThere(user, cancellation))
                return;
        }

        if (await manager.IsLockedOutAsync(user))
        {
            var id = Owners.OfUser(user.Id);
            await audit.Record(new Actor(id, user.UserName!, "").Did(AuditActions.UserLockedOut, id), cancellation);
        }
    }

    /// <summary>Looks at the account anew, as it stands now.</summary>
    /// <returns>False when it is removed.</returns>
    private async Task<bool> IsThere(User user, CancellationToken cancellation)
    {
        await context.Entry(user).ReloadAsync(cancellation);
        return context.Entry(user).State != EntityState.Detached;
    }

    private ProblemException Wrong()
    {
        refusals.Count("password");
        return new ProblemException(StatusCodes.Status401Unauthorized, "The name or the password is wrong, or there were too many tries.");
    }
}
