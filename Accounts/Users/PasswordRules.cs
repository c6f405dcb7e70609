using Bus.Contracts;
using Bus.Messaging.Http;
using Microsoft.AspNetCore.Identity;

namespace Bus.Accounts.Users;

/// <summary>What a password must be (after NIST SP 800-63B: long, and no rules of composition).</summary>
internal sealed class PasswordRules : IPasswordValidator<User>
{
    public const int Shortest = 10;
    private const int LeastDifferent = 4;

    public static void Set(PasswordOptions options)
    {
        options.RequiredLength = Shortest;
        options.RequiredUniqueChars = LeastDifferent;
        options.RequireDigit = options.RequireLowercase = options.RequireUppercase = options.RequireNonAlphanumeric = false;
    }

    /// <exception cref="ProblemException">The password may not be that (400).</exception>
    public static async Task Check(UserManager<User> manager, User user, string field, string password)
    {
        if (password.Length > Limits.LongestPassword)
            throw ProblemException.Invalid(field, $"is longer than {Limits.LongestPassword} characters.");
        foreach (var rule in manager.PasswordValidators)
        {
            if (await rule.ValidateAsync(manager, user, password) is { Succeeded: false })
                throw ProblemException.Invalid(field, $"must have {Shortest} characters or more, {LeastDifferent} of them different, and not be the name.");
        }
    }

    public Task<IdentityResult> ValidateAsync(UserManager<User> manager, User user, string? password)
    {
        var isName = password is not null && user.UserName is { } name && password.Contains(name, StringComparison.OrdinalIgnoreCase) && password.Length < name.Length + LeastDifferent;
        return Task.FromResult(isName ? IdentityResult.Failed(new IdentityError { Code = "PasswordIsName", Description = "The password is the name." }) : IdentityResult.Success);
    }
}
