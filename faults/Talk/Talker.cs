using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Bus.Faults.Processes;

namespace Bus.Faults.Talk;

/// <summary>
/// One conversation: numbered messages, one after the other, some of them before the answer to the last has come. Like a bot with
/// two addresses it stays with one as long as that answers.
/// </summary>
internal sealed class Talker(int conversation, IReadOnlyList<RoleProcess> doors, int seed, TimeProvider time) : ITalker
{
    private const double Impatience = 0.3;

    private readonly Random random = new(seed);
    private readonly List<Task> unanswered = [];
    private readonly HttpClient http = new() { Timeout = TimeSpan.FromSeconds(90) };
    private int door = seed;
    private int number;

    public int Conversation => conversation;

    /// <summary>Every second conversation is one of a session, the others are chats of a bot.</summary>
    public bool HasSession => conversation % 2 == 0;

    /// <summary>The session, when it has one.</summary>
    public string? SessionId { get; private set; }

    public ConcurrentQueue<Said> Messages { get; } = [];

    public void Dispose() => http.Dispose();

    private RoleProcess Door => doors[door % doors.Count];

    /// <summary>Opens what it talks in.</summary>
    public async Task Open()
    {
        if (!HasSession)
            return;
        using var response = await http.PostAsync(Address("/conversations"), null);
        response.EnsureSuccessStatusCode();
        SessionId = (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("session_id").GetString();
    }

    /// <summary>Talks until told to stop, then waits for what is still to be answered.</summary>
    public async Task Talk(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var said = new Said(new MessageTag(Conversation, ++number), Door.Life, time.GetTimestamp());
            Messages.Enqueue(said);
            var accepted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var answered = HasSession ? Stream(said, accepted) : Handle(said);
            unanswered.Add(answered);
            // Once it is accepted, the next may be said; its order is promised.
            await (random.NextDouble() < Impatience ? Task.WhenAny(answered, accepted.Task) : answered);
            await Pause(said, stop);
        }

        await Task.WhenAll(unanswered);
    }

    private async Task Pause(Said said, CancellationToken stop)
    {
        var isUnheard = said is { Hearing: Hearing.Nothing or Hearing.Refused, AcceptedAt: null };
        if (isUnheard)
            door++;
        try
        {
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(20, 400) + (isUnheard ? 500 : 0)), time, stop);
        }
        catch (OperationCanceledException)
        {
            // enough was said
        }
    }

    /// <summary><c>POST /v1/chat/handle</c>: the answer whole.</summary>
    private async Task Handle(Said said)
    {
        try
        {
            using var response = await http.PostAsJsonAsync(Address("/v1/chat/handle"), new { user_id = "talker", chat_id = $"chat-{conversation}", text = Text(said) });
            said.Status = (int)response.StatusCode;
            var answer = await response.Content.ReadFromJsonAsync<JsonElement>();
            if (response.IsSuccessStatusCode)
                Hear(said, answer.GetProperty("type").GetString() == "error" ? Hearing.Failure : Hearing.Answer, answer.GetProperty("text").GetString()!);
            else
                Refused(said, answer);
        }
        catch (Exception failure) when (IsBroken(failure))
        {
            said.Hearing = Hearing.Nothing;
        }
    }

    /// <summary><c>POST /chat</c> with <c>stream:true</c>: the headers say that it is accepted.</summary>
    private async Task Stream(Said said, TaskCompletionSource accepted)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, Address("/chat"))
            {
                Content = JsonContent.Create(new { user_id = "talker", session_id = SessionId, message = Text(said), stream = true }),
            };
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            said.Status = (int)response.StatusCode;
            if (!response.IsSuccessStatusCode)
            {
                Refused(said, await response.Content.ReadFromJsonAsync<JsonElement>());
                return;
            }

            Accept(said);
            accepted.TrySetResult();
            await Listen(said, response);
        }
        catch (Exception failure) when (IsBroken(failure))
        {
            said.Hearing = said.AcceptedAt is null ? Hearing.Nothing : Hearing.Accepted;
        }
    }

    private async Task Listen(Said said, HttpResponseMessage response)
    {
        var (text, failed, isLate) = ("", false, false);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        while (await reader.ReadLineAsync() is { } line)
        {
            if (!line.StartsWith("data: ", StringComparison.Ordinal))
                continue;
            var data = JsonSerializer.Deserialize<JsonElement>(line["data: ".Length..]);
            if (data.TryGetProperty("chunk", out var chunk))
                text += chunk.GetString();
            if (data.TryGetProperty("error", out _))
                (failed, isLate) = (true, !data.TryGetProperty("trace_id", out _));
            if (data.TryGetProperty("done", out _))
            {
                if (isLate)
                    said.Hearing = Hearing.Accepted;
                else
                    Hear(said, failed ? Hearing.Failure : Hearing.Answer, text);
                return;
            }
        }

        said.Hearing = Hearing.Accepted; // it broke off
    }

    /// <summary>What was not answered: only a refusal before anything was stored is one.</summary>
    private void Refused(Said said, JsonElement problem)
    {
        var isKept = said.Status == (int)HttpStatusCode.GatewayTimeout
            || (problem.TryGetProperty("detail", out var detail) && detail.GetString()!.Contains("will be in the history", StringComparison.Ordinal));
        said.Hearing = isKept ? Hearing.Accepted : Hearing.Refused;
        if (isKept)
            Accept(said);
    }

    private void Hear(Said said, Hearing hearing, string text)
    {
        Accept(said);
        (said.Hearing, said.Text) = (hearing, text);
    }

    private void Accept(Said said) => said.AcceptedAt ??= time.GetTimestamp();

    private static bool IsBroken(Exception failure) =>
        failure is HttpRequestException or IOException or OperationCanceledException or JsonException;

    private static string Text(Said said) => $"Message {said.Tag} of somebody who counts.";

    private Uri Address(string path) => new($"http://127.0.0.1:{Door.Port}{path}");
}
