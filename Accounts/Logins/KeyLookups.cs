using Bus.Events;
using Bus.Messaging.Access;
using Npgsql;

namespace Bus.Accounts.Logins;

/// <summary>A key and whose it is, as they are in the database.</summary>
/// <param name="Id">The key.</param>
/// <param name="UsedAt">When it was last used, to the minute; null: never.</param>
/// <param name="Caller">Who has it.</param>
internal sealed record FoundKey(Guid Id, DateTimeOffset? UsedAt, Caller Caller);

/// <summary>
/// Looks keys up, each anew for each request; requests that come while one is being looked up share the next statement. Whoever calls models all the time shows a key all the
/// time.
/// </summary>
internal sealed class KeyLookups(NpgsqlDataSource database, TimeProvider time)
{
    private readonly Lock gate = new();
    private Round? next;
    private bool isAsking;

    /// <summary>The key with a hash; null when there is none that is good.</summary>
    public async Task<FoundKey?> Find(byte[] hash, CancellationToken cancellation)
    {
        var id = Convert.ToHexString(hash);
        Round mine;
        bool asks;
        lock (gate)
        {
            mine = next ??= new Round();
            mine.Hashes[id] = hash;
            asks = !isAsking;
            if (asks)
                (isAsking, next) = (true, null);
        }

        if (asks)
            _ = Ask(mine);
        return (await mine.Found.Task.WaitAsync(cancellation)).GetValueOrDefault(id);
    }

    /// <summary>One after the other, as long as somebody waits.</summary>
    private async Task Ask(Round? round)
    {
        while (round is not null)
        {
            try
            {
                round.Found.SetResult(await Read(round.Hashes.Values));
            }
            catch (Exception failure)
            {
                round.Found.SetException(failure); // all who wait learn of it
            }

            lock (gate)
            {
                (round, next) = (next, null);
                isAsking = round is not null;
            }
        }
    }

    private async Task<IReadOnlyDictionary<string, FoundKey>> Read(IReadOnlyCollection<byte[]> hashes)
    {
        await using var command = database.Statement(
            $"""
            select {Credentials.Columns}, k.id, k.used_at, k.scopes, k.models, k.hash from account_keys k join account_users u on u.id = k.user_id
            where k.hash = any($1) and (k.expires_at is null or k.expires_at > $2) and u.status = 'active'
            """,
            hashes.ToArray(), time.GetUtcNow().UtcDateTime);
        await using var reader = await command.ExecuteReaderAsync(CancellationToken.None);
        var found = new Dictionary<string, FoundKey>(StringComparer.Ordinal);
        while (await reader.ReadAsync(CancellationToken.None))
        {
            var id = reader.GetGuid(4);
            var models = await reader.IsDBNullAsync(7, CancellationToken.None) ? null : reader.GetFieldValue<string[]>(7);
            found[Convert.ToHexString(reader.GetFieldValue<byte[]>(8))] = new FoundKey(
                id, reader.GetFieldValue<DateTimeOffset?>(5), Credentials.CallerOf(reader, $"key:{id}", reader.GetFieldValue<string[]>(6), models));
        }

        return found;
    }

    /// <summary>Those who share a statement.</summary>
    private sealed class Round
    {
        public Dictionary<string, byte[]> Hashes { get; } = new(StringComparer.Ordinal);

        public TaskCompletionSource<IReadOnlyDictionary<string, FoundKey>> Found { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
