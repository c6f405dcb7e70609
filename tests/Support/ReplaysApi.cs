using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Bus.Contracts;
using Bus.Events;
using Xunit;

namespace Bus.Tests.Support;

/// <summary>The endpoints of replays.</summary>
internal static class ReplaysApi
{
    /// <summary><c>POST /conversations/{id}/replays</c>; the replay.</summary>
    public static async Task<Guid> StartReplay(this HttpClient http, Guid sessionId, object request)
    {
        using var response = await http.PostAsJsonAsync($"/conversations/{sessionId}/replays", request);
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.True(response.StatusCode == HttpStatusCode.Accepted, $"{response.StatusCode}: {answer}");
        var replayId = answer.GetProperty("replay_id").GetGuid();
        Assert.Equal($"/conversations/{sessionId}/replays/{replayId}", response.Headers.Location!.ToString());
        return replayId;
    }

    /// <summary><c>GET /conversations/{id}/replays/{id}</c>.</summary>
    public static Task<JsonElement> Replay(this HttpClient http, Guid sessionId, Guid replayId) =>
        http.GetFromJsonAsync<JsonElement>($"/conversations/{sessionId}/replays/{replayId}");

    /// <summary>The report of a replay, once all its turns were run.</summary>
    public static Task<JsonElement> FinishedReplay(this HttpClient http, Guid sessionId, Guid replayId) => Eventually.Get(
        () => http.Replay(sessionId, replayId), report => report.GetProperty("status").GetString() == "finished");

    /// <summary>The numbers of the turns of a replay that have an outcome, as its stream has them.</summary>
    public static IEnumerable<int> Outcomes(this IEnumerable<StoredEvent> replay) => replay.Select(e => e.Data)
        .Where(data => data is TurnReplayed or ReplayTurnFailed)
        .Select(data => data is TurnReplayed replayed ? replayed.Number : ((ReplayTurnFailed)data).Number);

    /// <summary>A text of one of a turn's replies in a report.</summary>
    public static string TextOf(this JsonElement report, int index, string side) =>
        report.GetProperty("turns")[index].GetProperty(side).GetProperty("text").GetString()!;

    /// <summary>A session of turns that the demo model answered.</summary>
    public static async Task<Guid> SessionOf(this HttpClient http, TestSystem system, params string[] messages)
    {
        var session = await http.CreateSession();
        foreach (var message in messages)
            using (var response = await http.Chat(session, message)) { }

        await system.After(session, messages.Length);
        return session;
    }

    /// <summary>A session whose turns a gated provider answered.</summary>
    public static async Task<Guid> SessionOf(this HttpClient http, TestSystem system, GatedProvider provider, params (string Asked, string Answer)[] turns)
    {
        var session = await http.CreateSession();
        foreach (var (asked, answer) in turns)
        {
            var chat = http.Chat(session, asked);
            await (await provider.Call(asked)).Answer(answer);
            (await chat).Dispose();
        }

        await system.After(session, turns.Length);
        return session;
    }
}
