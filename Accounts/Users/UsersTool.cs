using System.Security.Cryptography;
using Bus.Messaging.Access;
using Bus.Messaging.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Bus.Accounts.Users;

/// <summary>What whoever runs the system can do with accounts, also when nobody can log in any more.</summary>
/// <param name="scopes">Where the work is done.</param>
public sealed class UsersTool(IServiceScopeFactory scopes)
{
    private const string PasswordAlphabet = "abcdefghjkmnpqrstuvwxyz23456789"; // nothing that looks like something else
    private const int PasswordLength = 16;

    private static readonly Actor By = new("cli", "command line", "");

    /// <summary>The accounts there are.</summary>
    public Task<IReadOnlyList<UserItem>> List(CancellationToken cancellation) => Do<UserDirectory, IReadOnlyList<UserItem>>(users => users.List(cancellation));

    /// <summary>Makes an account.</summary>
    /// <returns>Its password.</returns>
    /// <exception cref="ProblemException">It cannot be made.</exception>
    public async Task<string> Add(string name, string role, CancellationToken cancellation)
    {
        var password = RandomNumberGenerator.GetString(PasswordAlphabet, PasswordLength);
        await Do<Registration, User>(registration => registration.Add(name, password, Known(role), By, cancellation));
        return password;
    }

    /// <summary>Gives an account another password. Its logins end, and codes are not asked for any more.</summary>
    /// <returns>The password.</returns>
    /// <exception cref="ProblemException">There is no such account.</exception>
    public async Task<string> ResetPassword(string name, CancellationToken cancellation)
    {
        var password = RandomNumberGenerator.GetString(PasswordAlphabet, PasswordLength);
        var user = await Named(name, cancellation);
        await Do<PasswordChange, bool>(async change =>
        {
            await change.Set(user.Id, password, By, cancellation);
            return true;
        });
        return password;
    }

    /// <summary>Changes what an account may do.</summary>
    /// <exception cref="ProblemException">There is no such account or role, or it is the last administrator.</exception>
    public Task<UserItem> SetRole(string name, string role, CancellationToken cancellation) =>
        Change(name, (users, id) => users.SetRole(id, Known(role), By, cancellation), cancellation);

    /// <summary>Lets an account in that waits.</summary>
    /// <exception cref="ProblemException">There is no such account.</exception>
    public Task<UserItem> Approve(string name, CancellationToken cancellation) => Change(name, (users, id) => users.Approve(id, By, cancellation), cancellation);

    /// <summary>Shuts an account out.</summary>
    /// <exception cref="ProblemException">There is no such account, or it is the last administrator.</exception>
    public Task<UserItem> Disable(string name, CancellationToken cancellation) => Change(name, (users, id) => users.Disable(id, By, cancellation), cancellation);

    /// <summary>Lets it in again.</summary>
    /// <exception cref="ProblemException">There is no such account.</exception>
    public Task<UserItem> Enable(string name, CancellationToken cancellation) => Change(name, (users, id) => users.Enable(id, By, cancellation), cancellation);

    private async Task<UserItem> Change(string name, Func<UserDirectory, Guid, Task<UserItem>> change, CancellationToken cancellation)
    {
        var user = await Named(name, cancellation);
        return await Do<UserDirectory, UserItem>(users => change(users, user.Id));
    }

    private async Task<UserItem> Named(string name, CancellationToken cancellation) =>
        await Do<UserDirectory, UserItem?>(users => users.Named(name, cancellation)) ?? throw ProblemException.NotFound("name", $"The account {name}");

    private async Task<TResult> Do<TService, TResult>(Func<TService, Task<TResult>> work)
        where TService : notnull
    {
        await using var scope = scopes.CreateAsyncScope();
        return await work(scope.ServiceProvider.GetRequiredService<TService>());
    }

    private static string Known(string role) =>
        AccountRoles.All.Contains(role) ? role : throw ProblemException.Invalid("role", $"must be one of: {string.Join(", ", AccountRoles.All)}.");
}
