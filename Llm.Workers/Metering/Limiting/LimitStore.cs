using System.Text.Json;
using Bus.Contracts;
using Bus.Events;
using Bus.Messaging.Access;
using Bus.Messaging.Http;
using Microsoft.AspNetCore.Http;
using Npgsql;

namespace Bus.Llm.Metering.Limiting;

/// <summary>The limits, as administrators change them. A change holds in all processes when it is told to be made (<see cref="LimitBook"/>), and what was used before counts.</summary>
internal sealed class LimitStore(NpgsqlDataSource database, IAudit audit, TimeProvider time)
{
    /// <summary>All of them, the oldest first.</summary>
    public async Task<IReadOnlyList<Limit>> All(CancellationToken cancellation)
    {
        await using var command = database.Statement($"select {LimitRows.Columns("l")} from llm_limits l order by l.created_at, l.id");
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var limits = new List<Limit>();
        while (await reader.ReadAsync(cancellation))
            limits.Add(LimitRows.Read(reader, 0));
        return limits;
    }

    /// <summary>What is used of counters now: those of a subject, or of all that limits name.</summary>
    /// <param name="subject">The subject; null: those that limits name.</param>
    /// <param name="subjectId">Which of them.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<IReadOnlyDictionary<Counter, long>> Used(string? subject, string? subjectId, CancellationToken cancellation)
    {
        await using var command = database.Statement(
            """
            select c.subject, c.subject_id, c.unit, c.time_window, c.window_start, c.used, c.previous from llm_counters c
            where case when $1::text is null
                then exists (select from llm_limits l where l.subject = c.subject and coalesce(l.subject_id, '') = c.subject_id and l.unit = c.unit and l.time_window = c.time_window)
                else c.subject = $1 and c.subject_id = $2::text end
            """,
            subject, subjectId);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var (used, now) = (new Dictionary<Counter, long>(), time.GetUtcNow());
        while (await reader.ReadAsync(cancellation))
        {
            var counter = new Counter(reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetString(3));
            used[counter] = Now(counter.Window, now, reader.GetFieldValue<DateTime>(4), reader.GetInt64(5), reader.GetInt64(6));
        }

        return used;
    }

    /// <summary>Makes a limit.</summary>
    /// <exception cref="ProblemException">There is one of the same subject, unit and window, or there are too many (409).</exception>
    public async Task<Limit> Create(Limit limit, Actor by, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await Count(connection, limit.Kind, cancellation); // one after the other from here on
        await using (var count = connection.Statement("select count(*) from llm_limits"))
        {
            if ((long)(await count.ExecuteScalarAsync(cancellation))! >= Limits.MostLimits)
                throw new ProblemException(StatusCodes.Status409Conflict, $"There are {Limits.MostLimits} limits at most: remove one first.");
        }

        var rows = await connection.Run(
            """
            insert into llm_limits (id, subject, subject_id, unit, time_window, amount, soft_percent, action, fallback, created_at, updated_at)
            values ($1, $2, $3::text, $4, $5, $6, $7, $8, $9::text, $10, $10) on conflict do nothing
            """,
            cancellation, limit.Id, limit.Subject, limit.SubjectId, limit.Unit, limit.Window, limit.Amount, limit.SoftPercent, limit.Action, limit.Fallback, limit.CreatedAt.UtcDateTime);
        if (rows == 0)
            throw new ProblemException(StatusCodes.Status409Conflict, "There is a limit of this subject, unit and window: change that one.");
        await audit.Record(connection, by.Did(AuditActions.LimitCreated, Name(limit.Id), after: Text(limit)), cancellation);
        await transaction.CommitAsync(cancellation);
        await Task.Delay(LimitBook.Believed, time, CancellationToken.None);
        return limit;
    }

    /// <summary>Changes a limit. That it is near or reached is said anew.</summary>
    /// <exception cref="ProblemException">There is no such limit (404), or it cannot be as wanted (400).</exception>
    public async Task<Limit> Change(Guid id, Func<Limit, Limit> change, Actor by, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var before = await Find(connection, id, cancellation);
        var after = change(before) with { UpdatedAt = time.GetUtcNow() };
        if (after with { UpdatedAt = before.UpdatedAt } == before)
            return before;
        await LimitBook.Count(connection, [], after.UpdatedAt, cancellation);
        await connection.Run(
            "update llm_limits set amount = $2, soft_percent = $3, action = $4, fallback = $5::text, updated_at = $6 where id = $1", cancellation,
            id, after.Amount, after.SoftPercent, after.Action, after.Fallback, after.UpdatedAt.UtcDateTime);
        await connection.Run("delete from llm_alerts where limit_id = $1", cancellation, id);
        await audit.Record(connection, by.Did(AuditActions.LimitChanged, Name(id), Text(before), Text(after)), cancellation);
        await transaction.CommitAsync(cancellation);
        await Task.Delay(LimitBook.Believed, time, CancellationToken.None);
        return after;
    }

    /// <summary>Takes a limit away.</summary>
    /// <exception cref="ProblemException">There is no such limit (404).</exception>
    public async Task Delete(Guid id, Actor by, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var before = await Find(connection, id, cancellation);
        await connection.Run("delete from llm_limits where id = $1", cancellation, id);
        await connection.Run("select bus_uncount()", cancellation);
        await connection.Run("delete from llm_alerts where limit_id = $1", cancellation, id);
        await audit.Record(connection, by.Did(AuditActions.LimitDeleted, Name(id), before: Text(before)), cancellation);
        await transaction.CommitAsync(cancellation);
    }

    /// <summary>Counts anew, from the ledger, what limits count. Nothing is put aside meanwhile.</summary>
    /// <returns>How many counters there are now.</returns>
    public async Task<long> Recount(Actor by, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await LimitBook.Recount(connection, time.GetUtcNow(), cancellation);
        await using var count = connection.Statement("select count(*) from llm_counters");
        var counters = (long)(await count.ExecuteScalarAsync(cancellation))!;
        await audit.Record(connection, by.Did(AuditActions.LimitsRecounted, "limits", after: JsonSerializer.Serialize(new { counters })), cancellation);
        await transaction.CommitAsync(cancellation);
        return counters;
    }

    /// <summary>Has a kind counted, unless it is.</summary>
    private async Task Count(NpgsqlConnection connection, CounterKind kind, CancellationToken cancellation)
    {
        await using var command = connection.Statement(
            "select exists (select from llm_counted where subject = $1 and unit = $2 and time_window = $3)", kind.Subject, kind.Unit, kind.Window);
        var isCounted = await command.ExecuteScalarAsync(cancellation) is true;
        await LimitBook.Count(connection, isCounted ? [] : [kind], time.GetUtcNow(), cancellation);
    }

    private static async Task<Limit> Find(NpgsqlConnection connection, Guid id, CancellationToken cancellation)
    {
        await using var command = connection.Statement($"select {LimitRows.Columns("l")} from llm_limits l where l.id = $1 for update", id);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation) ? LimitRows.Read(reader, 0) : throw ProblemException.NotFound("id", "The limit");
    }

    private static long Now(string window, DateTimeOffset now, DateTime start, long used, long previous)
    {
        var current = LimitWindows.StartOf(window, now);
        if (window != LimitWindows.Minute)
            return start >= current ? used : 0;
        var rest = LimitWindows.RestOf(window, now);
        return start >= current ? used + (long)Math.Ceiling(previous * rest) : start.AddMinutes(1) == current ? (long)Math.Ceiling(used * rest) : 0;
    }

    private static string Name(Guid id) => $"limit:{id}";

    private static string Text(Limit limit) => JsonSerializer.Serialize(new
    {
        subject = limit.Subject,
        subject_id = limit.SubjectId,
        unit = limit.Unit,
        window = limit.Window,
        amount = limit.Amount,
        soft_percent = limit.SoftPercent,
        action = limit.Action,
        fallback = limit.Fallback,
    });
}
