using System.Text.Json.Nodes;

namespace Bus.Fakes.Telegram;

/// <summary>What a bot is still to be told. An update stays until it is confirmed.</summary>
internal sealed class UpdateQueue(FakeTelegram telegram)
{
    private const long First = 500_000_001;
    private const int Most = 100;

    private static readonly string[] OnlyWhenAskedFor = ["chat_member", "message_reaction", "message_reaction_count"];

    private readonly List<(long Id, JsonNode Body)> pending = [];
    private readonly Changes changes = new();
    private long next = First;
    private TaskCompletionSource<string>? poll;

    /// <summary>Empty means the default.</summary>
    public IReadOnlyList<string> Allowed { get; set; } = [];

    public Task NextChange => changes.Next;

    public int Count => telegram.Locked(() => pending.Count);

    public bool IsPolled => telegram.Locked(() => poll is not null);

    /// <summary>The id of the update, or 0 when the bot does not want such ones.</summary>
    public long Add(string kind, JsonNode body) => telegram.Locked(() =>
        (Allowed.Count == 0 ? !OnlyWhenAskedFor.Contains(kind) : Allowed.Contains(kind)) ? Push(new JsonObject { [kind] = body }) : 0);

    public long Push(JsonNode update)
    {
        var id = telegram.Locked(() =>
        {
            if (update is JsonObject fields && !fields.ContainsKey("update_id"))
                fields.Insert(0, "update_id", next);
            pending.Add((next, update));
            return next++;
        });
        changes.Raise();
        telegram.Changes.Raise();
        return id;
    }

    /// <summary>Waits for updates as long as asked. A later poll or a webhook ends this one.</summary>
    public async Task<JsonArray> Take(long offset, int limit, TimeSpan timeout, CancellationToken hungUp)
    {
        var mine = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        EndPoll("terminated by other getUpdates request; make sure that only one bot instance is running", mine);
        Confirm(offset);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(hungUp);
        try
        {
            var late = timeout > TimeSpan.Zero ? Task.Delay(timeout, telegram.Time, ended.Token) : Task.CompletedTask;
            while (true)
            {
                var change = changes.Next;
                if (mine.Task.IsCompletedSuccessfully)
                    throw Refusal.Conflict(await mine.Task);
                hungUp.ThrowIfCancellationRequested();
                if (Peek(limit is < 1 or > Most ? Most : limit) is { Count: > 0 } updates)
                    return updates;
                if (late.IsCompleted)
                    return [];
                await Task.WhenAny(change, late, mine.Task);
            }
        }
        finally
        {
            Interlocked.CompareExchange(ref poll, null, mine);
            await ended.CancelAsync();
            telegram.Changes.Raise();
        }
    }

    public void EndPoll(string why, TaskCompletionSource<string>? replacedBy = null)
    {
        Interlocked.Exchange(ref poll, replacedBy)?.TrySetResult(why);
        telegram.Changes.Raise();
    }

    public (long Id, JsonNode Body)? Oldest() => telegram.Locked(() => pending.Count == 0 ? ((long, JsonNode)?)null : pending[0]);

    /// <summary>Forgets what is below the offset; a negative one keeps so many from the end.</summary>
    public void Confirm(long offset)
    {
        telegram.Locked(() => offset < 0
            ? RemoveFirst((int)Math.Max(0, pending.Count + offset))
            : RemoveFirst(pending.TakeWhile(update => update.Id < offset).Count()));
        telegram.Changes.Raise();
    }

    public void Drop() => Confirm(long.MaxValue);

    private int RemoveFirst(int count)
    {
        pending.RemoveRange(0, count);
        return count;
    }

    private JsonArray Peek(int limit) => telegram.Locked(() => new JsonArray([.. pending.Take(limit).Select(update => update.Body.DeepClone())]));
}
