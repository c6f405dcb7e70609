using System.Security.Cryptography;
using System.Text.Json;
using Bus.Accounts.Counting;
using Bus.Accounts.Logins;
using Bus.Accounts.Users;
using Bus.Contracts;
using Bus.Events;
using Bus.Messaging.Access;
using Bus.Messaging.Http;
using Npgsql;

namespace Bus.Accounts.Links;

/// <summary>Who somebody is on a platform.</summary>
/// <param name="Platform">The platform.</param>
/// <param name="Participant">Its own id of them.</param>
/// <param name="Name">What they were called there.</param>
/// <param name="LinkedAt">When they said so.</param>
internal sealed record LinkItem(string Platform, string Participant, string Name, DateTimeOffset LinkedAt);

/// <summary>Links people on platforms to accounts, by codes that an account is given and its person writes to the bot.</summary>
internal sealed class ParticipantLinks(NpgsqlDataSource database, KeyLookups lookups, Counts counts, IAudit audit, TimeProvider time) : IParticipants
{
    private const string Alphabet = "ABCDEFGHJKMNPQRSTVWXYZ23456789"; // nothing that looks like something else
    private const int CodeLength = 10;
    private const int MostTries = 10;

    private static readonly TimeSpan TriesCountFor = TimeSpan.FromMinutes(10);

    /// <summary>Makes a code; those that were made before are good no longer.</summary>
    public async Task<(string Code, DateTimeOffset ExpiresAt)> NewCode(Guid userId, CancellationToken cancellation)
    {
        var (code, expires) = (RandomNumberGenerator.GetString(Alphabet, CodeLength), time.GetUtcNow() + Limits.LinkCodeLife);
        await database.Run("delete from account_link_codes where user_id = $1", cancellation, userId);
        await database.Run(
            "insert into account_link_codes (hash, user_id, expires_at) values ($1, $2, $3)", cancellation, Secret.HashOf(code), userId, expires.UtcDateTime);
        return (code, expires);
    }

    /// <summary>Who an account is on platforms.</summary>
    public async Task<IReadOnlyList<LinkItem>> Of(Guid userId, CancellationToken cancellation)
    {
        await using var command = database.Statement(
            "select platform, participant, name, linked_at from account_links where user_id = $1 order by platform, participant", userId);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var links = new List<LinkItem>();
        while (await reader.ReadAsync(cancellation))
            links.Add(new LinkItem(reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetFieldValue<DateTimeOffset>(3)));
        return links;
    }

    /// <summary>Unlinks somebody from an account.</summary>
    /// <exception cref="ProblemException">They are not linked to it (404).</exception>
    public async Task Remove(Guid userId, string platform, string participant, Actor by, CancellationToken cancellation)
    {
        if (!await Remove(platform, participant, userId, by, cancellation))
            throw ProblemException.NotFound("participant", "The link");
    }

    public async Task<IReadOnlyList<string>> OwnedBy(Guid userId, CancellationToken cancellation) =>
        [Owners.OfUser(userId), .. (await Of(userId, cancellation)).Select(link => Owners.OfParticipant(link.Platform, link.Participant))];

    public async Task<LinkedAccount?> Find(string platform, string participant, CancellationToken cancellation)
    {
        await using var command = database.Statement(
            "select u.id, u.user_name, u.role, u.status from account_links l join account_users u on u.id = l.user_id where l.platform = $1 and l.participant = $2",
            platform, participant);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation)
            ? new LinkedAccount(reader.GetGuid(0), reader.GetString(1), reader.GetString(2), reader.GetString(3) == UserStates.Active)
            : null;
    }

    public async Task<LinkOutcome> Link(string platform, string participant, string name, string code, CancellationToken cancellation)
    {
        var owner = Owners.OfParticipant(platform, participant);
        if (await counts.Count($"link codes of {owner}", TriesCountFor, MostTries, Guid.CreateVersion7(time.GetUtcNow()), cancellation) is not null)
            return new LinkOutcome(null, IsTooMany: true);
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        if (await Redeem(connection, code, cancellation) is not { } user)
            return new LinkOutcome(null);
        await connection.Run(
            """
            insert into account_links (platform, participant, user_id, name, linked_at) values ($1, $2, $3, $4, $5)
            on conflict (platform, participant) do update set user_id = $3, name = $4, linked_at = $5
            """,
            cancellation, platform, participant, user.Id, name, time.GetUtcNow().UtcDateTime);
        var after = JsonSerializer.Serialize(new { participant = owner, name });
        await audit.Record(connection, new Actor(owner, name, "code").Did(AuditActions.ParticipantLinked, Owners.OfUser(user.Id), after: after), cancellation);
        await transaction.CommitAsync(cancellation);
        await lookups.Forgotten(); // they may have been somebody else's until now
        return new LinkOutcome(user.Name);
    }

    public Task<bool> Unlink(string platform, string participant, CancellationToken cancellation)
    {
        var owner = Owners.OfParticipant(platform, participant);
        return Remove(platform, participant, null, new Actor(owner, owner, ""), cancellation);
    }

    private async Task<bool> Remove(string platform, string participant, Guid? of, Actor by, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await using var command = connection.Statement(
            "delete from account_links where platform = $1 and participant = $2 and ($3::uuid is null or user_id = $3) returning user_id", platform, participant, of);
        if (await command.ExecuteScalarAsync(cancellation) is not Guid user)
            return false;
        var before = JsonSerializer.Serialize(new { participant = Owners.OfParticipant(platform, participant) });
        await audit.Record(connection, by.Did(AuditActions.ParticipantUnlinked, Owners.OfUser(user), before), cancellation);
        await transaction.CommitAsync(cancellation);
        await lookups.Forgotten();
        return true;
    }

    private async Task<(Guid Id, string Name)?> Redeem(NpgsqlConnection connection, string code, CancellationToken cancellation)
    {
        await using var command = connection.Statement(
            """
            with used as (delete from account_link_codes where hash = $1 returning user_id, expires_at)
            select u.id, u.user_name from used join account_users u on u.id = used.user_id where used.expires_at > $2 and u.status = 'active'
            """,
            Secret.HashOf(code.Trim().ToUpperInvariant()), time.GetUtcNow().UtcDateTime);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation) ? (reader.GetGuid(0), reader.GetString(1)) : null;
    }
}
