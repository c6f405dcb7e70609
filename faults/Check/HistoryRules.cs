using System.Net.Http.Json;
using System.Text.Json;
using Bus.Faults.Processes;
using Bus.Faults.Talk;
using Npgsql;

namespace Bus.Faults.Check;

/// <summary>What people read afterwards is what the log holds: each message once, and after it its one outcome.</summary>
internal static class HistoryRules
{
    /// <summary>What does not hold.</summary>
    public static async Task<IReadOnlyList<string>> Broken(Log log, IReadOnlyList<Talker> talkers, int port, NpgsqlDataSource database)
    {
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = TimeSpan.FromSeconds(60) };
        await Administrator.LogIn(http);
        var broken = new List<string>();
        foreach (var stream in log.Turns.GroupBy(turn => turn.Stream))
        {
            var shown = await Read(http, stream.Key);
            var kept = await Kept(database, stream.Key);
            if (!shown.SequenceEqual(kept))
                broken.Add($"the history of {stream.Key} shows {shown.Count} lines, the log has {kept.Count}, and they differ");
        }

        var sessions = log.Turns.Select(turn => turn.Stream.ToString()).ToHashSet();
        broken.AddRange(talkers
            .Where(talker => talker.SessionId is { } id && talker.Messages.Any(said => said.AcceptedAt is not null) && !sessions.Contains(id))
            .Select(talker => $"the session of conversation {talker.Conversation} has no turns"));
        return broken;
    }

    private static async Task<IReadOnlyList<string>> Read(HttpClient http, Guid session)
    {
        var history = await http.GetFromJsonAsync<JsonElement>($"/conversations/{session}/history");
        return [.. history.GetProperty("messages").EnumerateArray().Select(message => message.GetProperty("content").GetString()!)];
    }

    private static async Task<IReadOnlyList<string>> Kept(NpgsqlDataSource database, Guid session)
    {
        await using var command = database.CreateCommand("""
            select case type when 'turn_failed' then data ->> 'Notice' else data ->> 'Text' end from mt_events
            where stream_id = $1 and type in ('message_received', 'reply_generated', 'turn_failed')
              and case type when 'turn_failed' then data ->> 'Notice' else data ->> 'Text' end <> ''
            order by version
            """);
        command.Parameters.Add(new() { Value = session });
        await using var reader = await command.ExecuteReaderAsync();
        var lines = new List<string>();
        while (await reader.ReadAsync())
            lines.Add(reader.GetString(0));
        return lines;
    }
}
