using Bus.Accounts;
using Bus.Accounts.Users;
using Bus.Events;
using Bus.Messaging.Access;
using Bus.Tests.Support;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using Xunit;

[assembly: AssemblyFixture(typeof(Bus.Tests.Accounts.AccountsSystem))]

namespace Bus.Tests.Accounts;

/// <summary>A system of two processes with an administrator, for all tests that leave it as it was. It starts when the first of them asks.</summary>
public sealed class AccountsSystem : IAsyncLifetime
{
    public const string Admin = "root@example.org";

    /// <summary>Made once: it takes a while on purpose.</summary>
    private static readonly Lazy<string> Hash = new(() => new PasswordHasher<User>(
        Options.Create(new PasswordHasherOptions { IterationCount = AccountsModule.PasswordRounds })).HashPassword(new User { Role = "", Status = "" }, AuthClient.Password));

    private readonly SemaphoreSlim starting = new(1);
    private TestSystem? system;
    private HostProcess? first;
    private HostProcess? second;
    private int names;

    internal async Task<(TestSystem System, HostProcess First, HostProcess Second)> Get()
    {
        await starting.WaitAsync();
        try
        {
            if (second is null)
            {
                system = await TestSystem.Create(new Dictionary<string, string?>
                {
                    ["ADMIN_EMAIL"] = Admin,
                    ["ADMIN_PASSWORD"] = AuthClient.Password,
                    ["LOGIN_ATTEMPTS_PER_MINUTE"] = "100000",
                    ["REGISTRATIONS_PER_HOUR"] = "100000",
                });
                first = await system.AddProcess();
                second = await system.AddProcess("ingress");
            }

            return (system!, first!, second);
        }
        finally
        {
            starting.Release();
        }
    }

    /// <summary>An account that has a password and may log in, and that nobody else has.</summary>
    internal async Task<string> User(string role = AccountRoles.User)
    {
        var (system, _, _) = await Get();
        var name = Name();
        await system.Database.Run(
            """
            insert into account_users (id, user_name, normalized_user_name, password_hash, security_stamp, concurrency_stamp, role, status, created_at)
            values (gen_random_uuid(), $1, $2, $3, $1, $1, $4, 'active', now())
            """,
            CancellationToken.None, name, UserNames.Skeleton(name), Hash.Value, role);
        return name;
    }

    /// <summary>A name that nobody has.</summary>
    internal string Name() => $"somebody-{Interlocked.Increment(ref names)}x{Guid.CreateVersion7(TimeProvider.System.GetUtcNow()):N}";

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (system is not null)
            await system.DisposeAsync();
        starting.Dispose();
    }
}
