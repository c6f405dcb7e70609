using System.Collections.Concurrent;
using Bus.Events;
using Bus.Messaging.Access;
using Npgsql;

namespace Bus.Accounts.Logins;

/// <summary>A key and whose it is, as they are in the database.</summary>
/// <param name="ExpiresAt">When it is good no longer; null: never.</param>
/// <param name="Caller">Who has it.</param>
internal sealed record FoundKey(DateTimeOffset? ExpiresAt, Caller Caller);

/// <summary>
/// Looks keys up. Whoever calls models all the time shows a key all the time: what was read is believed for a moment, and read again before that is over, by one
/// statement for all keys that are shown meanwhile. Whoever takes a right away says so when that moment is over (<see cref="Forgotten"/>), so it holds then, everywhere.
/// </summary>
internal sealed class KeyLookups(NpgsqlDataSource database, TimeProvider time)
{
    /// <summary>How long a process believes what it has read, from before it was read.</summary>
    public static readonly TimeSpan Believed = TimeSpan.FromMilliseconds(100);

    /// <summary>It is noted once a minute that a key is used.</summary>
    private static readonly TimeSpan NotedAgain = TimeSpan.FromMinutes(1);

    private const int MostKnown = 10_000;

    private readonly ConcurrentDictionary<string, (FoundKey Key, long ReadAt)> known = new(StringComparer.Ordinal);
    private readonly Lock gate = new();
    private Round? next;
    private bool isAsking;

    /// <summary>The key with a hash; null when there is none that is good.</summary>
    public async ValueTask<FoundKey?> Find(byte[] hash, CancellationToken cancellation)
    {
        var id = Convert.ToHexString(hash);
        if (known.TryGetValue(id, out var last) && time.GetElapsedTime(last.ReadAt) is var age && age < Believed)
        {
            if (age > Believed / 2)
                _ = Ask(id, hash);
            return Good(last.Key);
        }

        return Good((await Ask(id, hash).WaitAsync(cancellation)).GetValueOrDefault(id));
    }

    /// <summary>Returns when no process believes any more what was in the database before.</summary>
    public Task Forgotten() => Task.Delay(Believed, time);

    private FoundKey? Good(FoundKey? key) => key?.ExpiresAt <= time.GetUtcNow() ? null : key;

    private Task<IReadOnlyDictionary<string, FoundKey>> Ask(string id, byte[] hash)
    {
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
            _ = Run(mine);
        return mine.Found.Task;
    }

    /// <summary>One after the other, as long as somebody waits.</summary>
    private async Task Run(Round? round)
    {
        while (round is not null)
        {
            var now = time.GetTimestamp();
            try
            {
                var found = await Read(round.Hashes.Values);
                Know(round, found, now);
                round.Found.SetResult(found);
            }
            catch (Exception failure)
            {
                round.Found.SetException(failure); // all who wait learn of it
                _ = round.Found.Task.Exception; // and it may be that nobody does
            }

            lock (gate)
            {
                (round, next) = (next, null);
                isAsking = round is not null;
            }
        }
    }

    private void Know(Round round, Dictionary<string, FoundKey> found, long now)
    {
        if (known.Count > MostKnown)
            known.Clear();
        foreach (var id in round.Hashes.Keys)
        {
            if (found.TryGetValue(id, out var key))
                known[id] = (key, now);
            else
                known.TryRemove(id, out _);
        }
    }

    private async Task<Dictionary<string, FoundKey>> Read(IReadOnlyCollection<byte[]> hashes)
    {
        var now = time.GetUtcNow();
        var found = new Dictionary<string, FoundKey>(StringComparer.Ordinal);
        var toNote = new List<Guid>();
        await using (var command = database.Statement(
            $"""
            select {Credentials.Columns}, k.id, k.used_at, k.scopes, k.models, k.hash, k.expires_at from account_keys k join account_users u on u.id = k.user_id
            where k.hash = any($1) and (k.expires_at is null or k.expires_at > $2) and u.status = 'active'
            """,
            hashes.ToArray(), now.UtcDateTime))
        await using (var reader = await command.ExecuteReaderAsync(CancellationToken.None))
        {
            while (await reader.ReadAsync(CancellationToken.None))
            {
                var id = reader.GetGuid(4);
                var models = await reader.IsDBNullAsync(7, CancellationToken.None) ? null : reader.GetFieldValue<string[]>(7);
                found[Convert.ToHexString(reader.GetFieldValue<byte[]>(8))] = new FoundKey(
                    reader.GetFieldValue<DateTimeOffset?>(9), Credentials.CallerOf(reader, $"key:{id}", reader.GetFieldValue<string[]>(6), models));
                if (reader.GetFieldValue<DateTimeOffset?>(5) is not { } usedAt || now - usedAt > NotedAgain)
                    toNote.Add(id);
            }
        }

        if (toNote.Count > 0)
            await database.Run("update account_keys set used_at = $2 where id = any($1)", CancellationToken.None, toNote.ToArray(), now.UtcDateTime);
        return found;
    }

    /// <summary>Those who share a statement.</summary>
    private sealed class Round
    {
        public Dictionary<string, byte[]> Hashes { get; } = new(StringComparer.Ordinal);

        public TaskCompletionSource<IReadOnlyDictionary<string, FoundKey>> Found { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
