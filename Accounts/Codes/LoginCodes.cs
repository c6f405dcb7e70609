using Bus.Accounts.Users;
using Bus.Contracts;
using Bus.Events;
using Bus.Messaging.Access;
using Bus.Messaging.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Npgsql;

namespace Bus.Accounts.Codes;

/// <summary>What an app needs to make codes.</summary>
/// <param name="Secret">To type.</param>
/// <param name="Uri">To be shown as a picture.</param>
internal sealed record CodesBegun(string Secret, string Uri);

/// <summary>Codes that are asked for at the login (TOTP, RFC 6238), made by an app; Identity checks them. Each opens once.</summary>
internal sealed class LoginCodes(UserManager<User> manager, AccountsContext context, NpgsqlDataSource database, IAudit audit, TimeProvider time)
{
    private const int RecoveryCodes = 10;

    /// <summary>So long a code is good, before and after its half minute, as Identity takes it; and some more.</summary>
    private static readonly TimeSpan UsedIsKept = TimeSpan.FromMinutes(10);

    /// <summary>Gives a new secret. Codes are asked for when one of them was seen.</summary>
    /// <exception cref="ProblemException">They are asked for already (409).</exception>
    public async Task<CodesBegun> Begin(User user, CancellationToken cancellation)
    {
        if (user.TwoFactorEnabled)
            throw new ProblemException(StatusCodes.Status409Conflict, "Codes are asked for already.");
        await context.Together(async connection =>
        {
            await manager.ResetAuthenticatorKeyAsync(user);
            return await KeepLogins(connection, user, cancellation);
        }, cancellation);
        var secret = await manager.GetAuthenticatorKeyAsync(user) ?? throw new InvalidOperationException("A secret was made, and is not there.");
        return new CodesBegun(secret, $"otpauth://totp/Bus:{Uri.EscapeDataString(user.UserName!)}?secret={secret}&issuer=Bus&digits=6&period=30");
    }

    /// <summary>Asks for codes from now on.</summary>
    /// <returns>Codes for when the app is lost, each good once.</returns>
    /// <exception cref="ProblemException">The code is wrong (400).</exception>
    public async Task<IReadOnlyList<string>> Enable(User user, string code, Actor by, CancellationToken cancellation)
    {
        if (user.TwoFactorEnabled)
            throw new ProblemException(StatusCodes.Status409Conflict, "Codes are asked for already.");
        if (await manager.GetAuthenticatorKeyAsync(user) is null || !await IsGood(user, Plain(code), cancellation))
            throw ProblemException.Invalid("code", "is wrong, or was used before.");
        return await context.Together<IReadOnlyList<string>>(async connection =>
        {
            await manager.SetTwoFactorEnabledAsync(user, true);
            await connection.Run("delete from account_logins where user_id = $1 and id <> $2", cancellation, user.Id, by.LoginId ?? Guid.Empty);
            await KeepLogins(connection, user, cancellation);
            await audit.Record(connection, by.Did(AuditActions.CodesEnabled, Owners.OfUser(user.Id)), cancellation);
            return [.. await manager.GenerateNewTwoFactorRecoveryCodesAsync(user, RecoveryCodes) ?? []];
        }, cancellation);
    }

    /// <summary>Asks for them no longer.</summary>
    public Task Disable(User user, Actor by, CancellationToken cancellation) => context.Together(async connection =>
    {
        await manager.SetTwoFactorEnabledAsync(user, false);
        await manager.ResetAuthenticatorKeyAsync(user);
        await KeepLogins(connection, user, cancellation);
        await audit.Record(connection, by.Did(AuditActions.CodesDisabled, Owners.OfUser(user.Id)), cancellation);
        return true;
    }, cancellation);

    /// <summary>Whether a code opens; then it does not any more.</summary>
    public async Task<bool> Redeem(User user, string code, CancellationToken cancellation) =>
        await IsGood(user, Plain(code), cancellation) || (await manager.RedeemTwoFactorRecoveryCodeAsync(user, code.Trim().ToUpperInvariant())).Succeeded;

    private async Task<bool> IsGood(User user, string code, CancellationToken cancellation)
    {
        if (!await manager.VerifyTwoFactorTokenAsync(user, TokenOptions.DefaultAuthenticatorProvider, code))
            return false;
        var now = time.GetUtcNow();
        await database.Run("delete from account_used_codes where user_id = $1 and used_at < $2", cancellation, user.Id, (now - UsedIsKept).UtcDateTime);
        return await database.Run(
            "insert into account_used_codes (user_id, code, used_at) values ($1, $2, $3) on conflict do nothing", cancellation, user.Id, code, now.UtcDateTime) == 1;
    }

    /// <summary>Identity stamps the account anew, which would end the logins that are to stay.</summary>
    private static Task<int> KeepLogins(NpgsqlConnection connection, User user, CancellationToken cancellation) =>
        connection.Run("update account_logins set security_stamp = $2 where user_id = $1", cancellation, user.Id, user.SecurityStamp);

    /// <summary>Apps show codes in groups.</summary>
    private static string Plain(string code) => code.Replace(" ", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal);
}
