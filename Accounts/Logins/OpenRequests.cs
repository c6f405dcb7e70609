using System.Collections.Concurrent;
using Bus.Events;
using Bus.Events.Servers;
using Bus.Messaging.Access;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Bus.Accounts.Logins;

/// <summary>
/// Cuts off requests that are still being answered when whoever sent them is shut out, logged out, or has lost their key meanwhile: an answer that
/// streams lasts for minutes.
/// </summary>
internal sealed partial class OpenRequests(NpgsqlDataSource database, TimeProvider time, ILogger<OpenRequests> log)
    : Sweeper(Interval, time, log)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<HttpContext, (string Via, long Since)> open = new();

    /// <summary>Answers a request, for as long as its sender may have the answer.</summary>
    public async Task Answer(HttpContext context, RequestDelegate next)
    {
        if (context.Features.Get<Caller>() is not { Via: { Length: > 0 } via })
        {
            await next(context);
            return;
        }

        open[context] = (via, Time.GetTimestamp());
        try
        {
            await next(context);
        }
        finally
        {
            open.TryRemove(context, out _);
        }
    }

    /// <summary>Most requests are over before anybody looks.</summary>
    protected override async Task Sweep(CancellationToken cancellation)
    {
        var lasting = open.Where(request => Time.GetElapsedTime(request.Value.Since) >= Interval).ToList();
        if (lasting.Count == 0)
            return;
        var good = await Good(lasting.Select(request => request.Value.Via).Distinct(StringComparer.Ordinal), cancellation);
        foreach (var (context, (via, _)) in lasting.Where(request => !good.Contains(request.Value.Via)))
        {
            if (open.TryRemove(context, out _))
            {
                LogCutOff(via);
                context.Abort();
            }
        }
    }

    private async Task<HashSet<string>> Good(IEnumerable<string> credentials, CancellationToken cancellation)
    {
        await using var command = database.Statement(
            """
            select 'login:' || l.id from account_logins l join account_users u on u.id = l.user_id
            where l.id = any($1) and u.status = 'active' and u.security_stamp = l.security_stamp and l.expires_at > $2
            union all
            select 'key:' || k.id from account_keys k join account_users u on u.id = k.user_id
            where k.id = any($1) and u.status = 'active' and (k.expires_at is null or k.expires_at > $2)
            """,
            credentials.Select(via => Guid.Parse(via.Split(':')[1])).ToArray(), Time.GetUtcNow().UtcDateTime);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var good = new HashSet<string>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancellation))
            good.Add(reader.GetString(0));
        return good;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "A request of {Via}, which is not good any more, was cut off")]
    private partial void LogCutOff(string via);
}
