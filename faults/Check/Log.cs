using System.Text.Json;
using Npgsql;

namespace Bus.Faults.Check;

/// <summary>The turns of the whole log, read past the program under test.</summary>
internal sealed class Log
{
    private const string Events = "select stream_id, version, type, data from mt_events order by seq_id";

    private readonly Dictionary<Guid, LoggedTurn> turns = [];
    private readonly Dictionary<Guid, long> versions = [];

    /// <summary>The turns, in the order of the log.</summary>
    public IReadOnlyCollection<LoggedTurn> Turns => turns.Values;

    /// <summary>How often something was heard that nobody had to answer.</summary>
    public Dictionary<string, int> Heard { get; } = new(StringComparer.Ordinal);

    /// <summary>How many messages were said while nobody listened, and fetched later.</summary>
    public int Late { get; private set; }

    /// <summary>The attempts of the ledger.</summary>
    public Dictionary<Guid, LoggedCall> Calls { get; } = [];

    /// <summary>What cannot be in a log.</summary>
    public List<string> Faults { get; } = [];

    public static async Task<Log> Read(NpgsqlDataSource database)
    {
        var log = new Log();
        await using var command = database.CreateCommand(Events);
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            log.Add(reader.GetGuid(0), reader.GetInt64(1), reader.GetString(2), JsonSerializer.Deserialize<JsonElement>(reader.GetString(3)));
        }

        return log;
    }

    /// <summary>Takes in the next event of the log.</summary>
    public void Add(Guid stream, long version, string type, JsonElement data)
    {
        CountVersion(stream, version);
        if (type == "message_received")
            Received(stream, data);
        else if (type.StartsWith("usage_", StringComparison.Ordinal))
            OfLedger(type, data);
        else if (data.TryGetProperty("TurnId", out var id))
            OfTurn(stream, type, id.GetGuid(), data);
    }

    private void CountVersion(Guid stream, long version)
    {
        var before = versions.GetValueOrDefault(stream);
        versions[stream] = version;
        if (version != before + 1)
            Faults.Add($"stream {stream} goes from version {before} to {version}");
    }

    private void OfLedger(string type, JsonElement data)
    {
        var attempt = data.GetProperty("AttemptId").GetGuid();
        if (!Calls.TryGetValue(attempt, out var call))
            Calls[attempt] = call = new LoggedCall();
        call.Add(type, data);
    }

    private void OfTurn(Guid stream, string type, Guid id, JsonElement data)
    {
        if (!turns.TryGetValue(id, out var turn))
        {
            Faults.Add($"{type} of the turn {id}, which no message began");
            return;
        }

        if (turn.Stream != stream)
            Faults.Add($"{type} of {turn.Tag} in the stream of another session");
        switch (type)
        {
            case "turn_started":
                turn.Started++;
                turn.StartedAt = data.GetProperty("StartedAt").GetDateTimeOffset();
                break;
            case "reply_delivered":
                turn.Delivered++;
                turn.PossibleRepeats += data.TryGetProperty("PossibleRepeats", out var repeats) ? repeats.GetInt32() : 0;
                turn.Undelivered = data.TryGetProperty("Undelivered", out var why) ? why.GetString() : null;
                break;
            case "reply_generated":
                turn.Attempts.Add(Attempt(data, "Text", isReply: true));
                turn.Shown.Add(data.GetProperty("Text").GetString()!);
                break;
            case "reply_failed":
                turn.Attempts.Add(Attempt(data, "PartialText", isReply: false));
                break;
            case "reply_discarded":
                turn.Attempts.Add(Attempt(data, "Text", isReply: false));
                break;
            case "turn_failed" when turn.Shown.Count > 0 && data.GetProperty("Notice").GetString() is "":
                turn.IsGivenUp = true;
                break;
            case "turn_failed" when data.GetProperty("Notice").GetString() is { Length: > 0 } notice:
                turn.Shown.Add(notice);
                break;
        }
    }

    private void Received(Guid stream, JsonElement data)
    {
        var text = data.GetProperty("Text").GetString()!;
        var isHandled = data.TryGetProperty("Handling", out var handling);
        if (isHandled && handling.TryGetProperty("IsLate", out var late) && late.GetBoolean())
            Late++;
        if (isHandled && handling.GetProperty("IsListenOnly").GetBoolean())
        {
            Heard[text] = Heard.GetValueOrDefault(text) + 1;
            return;
        }

        if (MessageTag.In(text) is not { } tag)
        {
            Faults.Add($"a message that nobody said: {text}");
            return;
        }

        var id = data.GetProperty("MessageId").GetGuid();
        if (!turns.TryGetValue(id, out var turn))
        {
            turns[id] = turn = new LoggedTurn
            {
                Id = id,
                Stream = stream,
                Tag = tag,
                After = data.TryGetProperty("After", out var after) ? after.GetGuid() : null,
                TakenInBy = data.TryGetProperty("ReplyTo", out var process) ? process.GetString() ?? "" : "",
                AnsweredIn = data.TryGetProperty("AnsweredIn", out var other) ? other.GetGuid() : null,
                Platform = data.GetProperty("Origin").GetProperty("Platform").GetString()!,
            };
        }
        turn.Received++;
    }

    private static LoggedAttempt Attempt(JsonElement data, string text, bool isReply)
    {
        var usage = data.GetProperty("Usage");
        return new LoggedAttempt(
            isReply,
            data.GetProperty(text).GetString()!,
            usage.GetProperty("InputTokens").GetInt32(),
            usage.GetProperty("OutputTokens").GetInt32(),
            usage.GetProperty("Estimated").GetBoolean(),
            data.TryGetProperty("IsInLedger", out var ledger) && ledger.GetBoolean());
    }
}
