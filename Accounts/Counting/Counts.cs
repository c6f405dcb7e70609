using System.Collections.Concurrent;
using Bus.Events;
using Bus.Messaging.Access;
using Bus.Messaging.Http;
using Microsoft.AspNetCore.Http;
using Npgsql;

namespace Bus.Accounts.Counting;

/// <summary>Counts how often something happens in a stretch of time, for all processes together.</summary>
internal sealed class Counts(NpgsqlDataSource database, Refusals refusals, TimeProvider time)
{
    private const int MostClosed = 10_000;

    /// <summary>Of so many it is known that they come again: platforms give that many at once, and all of them once more after a crash.</summary>
    private const int ComeAgain = 100;

    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);

    /// <summary>Until when nothing more is let pass: whoever goes on trying costs the database nothing.</summary>
    private readonly ConcurrentDictionary<string, DateTimeOffset> closed = new(StringComparer.Ordinal);

    /// <summary>Counts once more, and lets pass what is not too much.</summary>
    /// <param name="name">What is counted, and of whom.</param>
    /// <param name="length">The stretch; it begins with the first.</param>
    /// <param name="most">How often it may happen in it.</param>
    /// <param name="id">What is counted; the same that comes again is not counted again, and may happen if it might before.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>How long to wait; null when it may happen.</returns>
    public async Task<TimeSpan?> Count(string name, TimeSpan length, long most, Guid id, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        await using var command = database.Statement(
            """
            insert into account_counts as c (name, began_at, count, last) values ($1, $2, 1, array[$4])
            on conflict (name) do update set
                began_at = case when c.began_at + $3 <= $2 then $2 else c.began_at end,
                count = case when c.began_at + $3 <= $2 then 1 when $4 = any(c.last) then c.count else c.count + 1 end,
                last = case when c.began_at + $3 <= $2 then array[$4] when $4 = any(c.last) then c.last else (array_prepend($4, c.last))[1:$5] end
            returning count - array_position(last, $4) + 1, began_at
            """,
            name, now.UtcDateTime, length, id, ComeAgain);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        await reader.ReadAsync(cancellation);
        var left = reader.GetFieldValue<DateTimeOffset>(1) + length - now;
        return reader.GetInt64(0) <= most ? null : left > Shortest ? left : Shortest;
    }

    /// <summary>Counts once more.</summary>
    /// <param name="name">What is counted, and of whom.</param>
    /// <param name="length">The stretch; it begins with the first.</param>
    /// <param name="most">How often it may happen in it.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="ProblemException">It is too much (429).</exception>
    public async Task Enter(string name, TimeSpan length, long most, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        if (!closed.TryGetValue(name, out var until) || until <= now)
        {
            if (await Count(name, length, most, Guid.CreateVersion7(now), cancellation) is not { } left)
                return;
            if (closed.Count >= MostClosed)
                closed.Clear();
            closed[name] = until = now + left;
        }

        refusals.Count("attempts");
        var wait = until - now;
        throw new ProblemException(StatusCodes.Status429TooManyRequests, "Too many tries. Try again later.") { RetryAfter = wait };
    }
}
