using Bus.Contracts;
using Bus.Events;
using Bus.Events.Servers;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Bus.Accounts.Counting;

/// <summary>Removes what is over: logins, codes, counts.</summary>
internal sealed class AccountsSweeper(NpgsqlDataSource database, TimeProvider time, ILogger<AccountsSweeper> log)
    : Sweeper(TimeSpan.FromMinutes(10), time, log)
{
    private static readonly TimeSpan LongestWindow = TimeSpan.FromDays(2);

    protected override async Task Sweep(CancellationToken cancellation)
    {
        var now = Time.GetUtcNow();
        await database.Run(
            "delete from account_logins where expires_at < $1 or seen_at < $2", cancellation, now.UtcDateTime, (now - Limits.LongestIdleLogin).UtcDateTime);
        await database.Run("delete from account_link_codes where expires_at < $1", cancellation, now.UtcDateTime);
        await database.Run("delete from account_counts where began_at < $1", cancellation, (now - LongestWindow).UtcDateTime);
    }
}
