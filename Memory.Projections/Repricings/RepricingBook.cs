using System.Text.Json;
using Bus.Contracts;
using Bus.Events;
using Bus.Messaging.Access;
using Bus.Messaging.Http;
using Microsoft.AspNetCore.Http;
using Npgsql;

namespace Bus.Memory.Repricings;

/// <summary>A re-pricing that was begun.</summary>
/// <param name="Repricing">The re-pricing.</param>
/// <param name="Actor">Who began it.</param>
/// <param name="Totals">What it changes, as it was when it was begun.</param>
/// <param name="IsFinished">It is at its end.</param>
/// <param name="IsNew">It was begun just now.</param>
internal sealed record BegunRepricing(Repricing Repricing, string Actor, RepricingFigures Totals, bool IsFinished, bool IsNew = false);

/// <summary>The re-pricings that were begun, so that each comes to its end once.</summary>
/// <param name="database">Where they are kept.</param>
/// <param name="audit">Where it is kept who began them.</param>
/// <param name="time">The clock.</param>
internal sealed class RepricingBook(NpgsqlDataSource database, IAudit audit, TimeProvider time)
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>Begins one, or finds it begun. Whoever names no end means now, and that is later when they ask again: the first counts.</summary>
    /// <exception cref="ProblemException">Another was begun by this id (409).</exception>
    public async Task<BegunRepricing> Begin(Repricing wanted, RepricingFigures totals, Actor by, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var isNew = await connection.Run(
            """
            insert into llm_repricings (id, model, from_at, to_at, price, totals, actor, created_at, touched_at)
            values ($1, $2, $3, $4, $5::jsonb, $6::jsonb, $7, $8, $8) on conflict (id) do nothing
            """,
            cancellation, wanted.Id, wanted.Model, wanted.From.UtcDateTime, wanted.To.UtcDateTime, JsonSerializer.Serialize(wanted.Price, Json), JsonSerializer.Serialize(totals, Json),
            by.Id, time.GetUtcNow().UtcDateTime) > 0;
        if (isNew)
            await audit.Record(connection, by.Did(AuditActions.UsageRepriced, $"model:{wanted.Model}", after: JsonSerializer.Serialize(wanted, Json)), cancellation);
        await transaction.CommitAsync(cancellation);

        var begun = (await Find(wanted.Id, cancellation))!;
        return begun.Repricing with { To = wanted.To } == wanted
            ? begun with { IsNew = isNew }
            : throw new ProblemException(StatusCodes.Status409Conflict, $"Another re-pricing has the id {wanted.Id}.", "id");
    }

    /// <summary>One that was begun; null when none was.</summary>
    public async Task<BegunRepricing?> Find(Guid id, CancellationToken cancellation)
    {
        await using var command = database.Statement(
            "select model, from_at, to_at, price::text, actor, totals::text, finished_at is not null from llm_repricings where id = $1", id);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        if (!await reader.ReadAsync(cancellation))
            return null;
        var price = JsonSerializer.Deserialize<PriceOfTheDay>(reader.GetString(3), Json)!;
        var repricing = new Repricing(id, reader.GetGuid(0), reader.GetFieldValue<DateTimeOffset>(1), reader.GetFieldValue<DateTimeOffset>(2), price);
        return new BegunRepricing(repricing, reader.GetString(4), JsonSerializer.Deserialize<RepricingFigures>(reader.GetString(5), Json)!, reader.GetBoolean(6));
    }

    /// <summary>Those that nobody has gone on with for a while.</summary>
    public async Task<IReadOnlyList<Guid>> LeftAlone(TimeSpan since, CancellationToken cancellation)
    {
        await using var command = database.Statement(
            "select id from llm_repricings where finished_at is null and touched_at < $1 order by created_at", (time.GetUtcNow() - since).UtcDateTime);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var left = new List<Guid>();
        while (await reader.ReadAsync(cancellation))
            left.Add(reader.GetGuid(0));
        return left;
    }

    /// <summary>Somebody is at it.</summary>
    public Task Touch(Guid id, CancellationToken cancellation) =>
        database.Run("update llm_repricings set touched_at = $2 where id = $1", cancellation, id, time.GetUtcNow().UtcDateTime);

    /// <summary>It is at its end.</summary>
    public Task Finish(Guid id, CancellationToken cancellation) =>
        database.Run("update llm_repricings set finished_at = $2 where id = $1 and finished_at is null", cancellation, id, time.GetUtcNow().UtcDateTime);
}
