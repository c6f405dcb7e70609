using Bus.Accounts.Users;
using Bus.Contracts;
using Bus.Messaging.Http;
using Microsoft.AspNetCore.Identity;
using Xunit;

namespace Bus.Tests.Accounts;

public sealed class Checking_passwords
{
    private readonly Hasher hasher = new();

    [Fact]
    public async Task Should_take_a_hash_also_where_there_is_no_account()
    {
        using var passwords = new Passwords(hasher);

        Assert.False(await passwords.Check(null!, null, "the hash of it", CancellationToken.None));
        Assert.False(await passwords.Check(null!, new User { Role = "", Status = "" }, "another", CancellationToken.None)); // nor has this one a password

        Assert.Equal(["the hash of it", "another"], hasher.Checks.Select(check => check.Password));
        Assert.Single(hasher.Checks.Select(check => check.Hash).Distinct());
    }

    [Fact]
    public async Task Should_let_only_so_many_wait()
    {
        using var passwords = new Passwords(hasher);
        var gate = new TaskCompletionSource<bool>();
        var slots = Math.Max(1, Environment.ProcessorCount / 2);
        var waiting = Enumerable.Range(0, slots + Limits.MostWaitingPasswords).Select(_ => passwords.Hashing(() => gate.Task, CancellationToken.None)).ToList();

        var refused = await Assert.ThrowsAsync<ProblemException>(() => passwords.Hashing(() => gate.Task, CancellationToken.None));

        Assert.Equal((503, 1.0), (refused.Status, refused.RetryAfter!.Value.TotalSeconds));
        gate.SetResult(true);
        Assert.All(await Task.WhenAll(waiting), Assert.True);
    }

    private sealed class Hasher : IPasswordHasher<User>
    {
        public List<(string Hash, string Password)> Checks { get; } = [];

        public string HashPassword(User user, string password) => "a hash";

        public PasswordVerificationResult VerifyHashedPassword(User user, string hashedPassword, string providedPassword)
        {
            Checks.Add((hashedPassword, providedPassword));
            return PasswordVerificationResult.Success; // and still nobody gets in
        }
    }
}
