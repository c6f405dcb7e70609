using System.Threading.RateLimiting;
using Bus.Contracts;
using Bus.Messaging.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;

namespace Bus.Accounts.Users;

/// <summary>
/// Checks passwords. Each check keeps a processor busy on purpose, so only some are done at a time; and one of an account that does not exist
/// takes as long as any other.
/// </summary>
internal sealed class Passwords(IPasswordHasher<User> hasher) : IDisposable
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    private readonly ConcurrencyLimiter slots = new(new ConcurrencyLimiterOptions
    {
        PermitLimit = Math.Max(1, Environment.ProcessorCount / 2),
        QueueLimit = Limits.MostWaitingPasswords,
        QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
    });

    private readonly Lazy<string> anyHash = new(() => hasher.HashPassword(Nobody, Logins.Secret.New("")));

    private static User Nobody { get; } = new() { Role = "", Status = "" };

    /// <summary>Does something that takes a hash, when there is room for it.</summary>
    /// <exception cref="ProblemException">Too many wait (503).</exception>
    public async Task<T> Hashing<T>(Func<Task<T>> work, CancellationToken cancellation)
    {
        using var slot = await slots.AcquireAsync(1, cancellation);
        return slot.IsAcquired
            ? await work()
            : throw new ProblemException(StatusCodes.Status503ServiceUnavailable, "Too many passwords are being checked. Try again.") { RetryAfter = RetryAfter };
    }

    /// <summary>Whether a password is that of an account; of none it is not.</summary>
    public Task<bool> Check(UserManager<User> manager, User? user, string password, CancellationToken cancellation) => Hashing(
        async () =>
        {
            var nobodys = anyHash.Value; // made for the first who comes, whoever that is
            if (user is { PasswordHash: not null })
                return await manager.CheckPasswordAsync(user, password);
            hasher.VerifyHashedPassword(Nobody, nobodys, password);
            return false;
        },
        cancellation);

    public void Dispose() => slots.Dispose();
}
