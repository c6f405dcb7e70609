using Bus.Accounts.Counting;
using Bus.Messaging.Access;
using Bus.Messaging.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;

namespace Bus.Accounts.Users;

/// <summary>Somebody who is logged in shows again that it is they, before something that a stolen login must not be enough for.</summary>
internal sealed class Confirmation(UserManager<User> users, Passwords passwords, Counts counts)
{
    private const int MostTries = 10;

    private static readonly TimeSpan TriesCountFor = TimeSpan.FromMinutes(10);

    /// <summary>By their password.</summary>
    /// <exception cref="ProblemException">It is missing (400) or wrong (403), or there were too many tries (429).</exception>
    public async Task<User> ByPassword(Caller caller, string field, string? password, CancellationToken cancellation)
    {
        var user = await Begin(caller, cancellation);
        return await passwords.Check(users, user, password ?? throw ProblemException.Invalid(field, "is missing."), cancellation)
            ? user
            : throw new ProblemException(StatusCodes.Status403Forbidden, $"{field} is wrong.", field);
    }

    /// <summary>By something else, which whoever calls looks at.</summary>
    /// <exception cref="ProblemException">There were too many tries (429).</exception>
    public async Task<User> Begin(Caller caller, CancellationToken cancellation)
    {
        await counts.Enter($"confirmation of {caller.Id}", TriesCountFor, MostTries, cancellation);
        return await users.FindByIdAsync(caller.UserId!.Value.ToString()) ?? throw ProblemException.NotFound("id", "The account");
    }
}
