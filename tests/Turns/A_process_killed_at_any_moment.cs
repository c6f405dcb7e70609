using Bus.Contracts;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Turns;

public sealed class A_process_killed_at_any_moment
{
    private const int Turns = 20;
    private const int Kills = 5;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Should_lose_no_accepted_message_and_answer_none_twice(int seed)
    {
        var random = new Random(seed);
        var killedTurns = Enumerable.Range(1, Turns - 1).ToArray();
        random.Shuffle(killedTurns);
        var kills = killedTurns.Take(Kills).ToDictionary(turn => turn, _ => TimeSpan.FromMilliseconds(random.Next(250)));

        await using var system = await TestSystem.Create(new Dictionary<string, string?> { ["DEMO_CHUNK_DELAY_MS"] = "15" });
        var process = await system.AddProcess();
        var session = await process.Http.CreateSession();
        var accepted = new List<string>();
        for (var turn = 0; turn < Turns; turn++)
        {
            var said = Ask(process.Http, session, $"message {turn}", accepted);
            if (kills.TryGetValue(turn, out var moment))
            {
                await Task.Delay(moment, TimeProvider.System, TestContext.Current.CancellationToken);
                await process.Kill();
                await said;
                process = await system.AddProcess();
            }

            await said;
        }

        Assert.True(accepted.Count >= Turns - Kills);
        var events = await Eventually.Get(() => system.Log.Read(session), log => accepted.TrueForAll(text => IsAnswered(log.All<MessageReceived>(), log.All<ReplyGenerated>(), text)));
        await system.Resting(TurnLog.Conversation(events));
        events = await system.Events(session);
        events.ShouldBeSound();
        var texts = events.All<MessageReceived>().Select(m => m.Text).ToList();
        Assert.Equal(texts.Distinct(), texts);
        Assert.Equal(events.All<MessageReceived>().Count, events.All<ReplyGenerated>().Count);
        Assert.Empty(await system.QueuesOfFailure());
    }

    /// <summary>As a client that does not mind a broken connection: what counts is whether the message was accepted.</summary>
    private static async Task Ask(HttpClient http, Guid session, string message, List<string> accepted)
    {
        try
        {
            using var response = await http.ChatStream(session, message);
            response.EnsureSuccessStatusCode();
            accepted.Add(message);
            await response.StreamedText();
        }
        catch (Exception e) when (e is HttpRequestException or IOException or InvalidOperationException)
        {
        }
    }

    private static bool IsAnswered(IReadOnlyList<MessageReceived> messages, IReadOnlyList<ReplyGenerated> replies, string text) =>
        messages.Any(m => m.Text == text && replies.Any(r => r.TurnId == m.MessageId));
}
