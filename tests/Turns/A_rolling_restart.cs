using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text.Json;
using Bus.Contracts;
using Bus.Messaging.Lifetime;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Turns;

/// <summary>Two replicas under load; each is stopped and replaced, twice.</summary>
public sealed class A_rolling_restart
{
    private const int Callers = 6;
    private const int Rounds = 2;
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(160);

    /// <summary>A stop takes as long as the answers that are being given, and not as long as it may.</summary>
    private static readonly TimeSpan AnswersTake = StopSchedule.CallersLeave;

    private readonly ConcurrentQueue<string> answered = new();
    private volatile bool isOver;

    [Fact]
    public async Task Should_answer_every_message_once()
    {
        await using var provider = await GatedProvider.Start(Speak);
        await using var system = await TestSystem.Create(provider.Settings);
        using var balancer = new LoadBalancer();
        using var http = new HttpClient(balancer, disposeHandler: false) { BaseAddress = new Uri("http://balanced"), Timeout = TimeSpan.FromMinutes(2) };
        HostProcess[] replicas = [await system.AddProcess(), await system.AddProcess()];
        foreach (var replica in replicas)
            balancer.Add(replica);
        var sessions = new List<Guid>();
        for (var caller = 0; caller < Callers; caller++)
            sessions.Add(await http.CreateSession());
        var callers = sessions.Select((session, caller) => Talk(http, session, caller)).ToList();

        for (var round = 0; round < Rounds; round++)
        {
            for (var replica = 0; replica < replicas.Length; replica++)
            {
                await MoreAnswers(callers);
                var asked = TimeProvider.System.GetTimestamp();
                Assert.Equal(0, await replicas[replica].Terminate());
                Assert.True(TimeProvider.System.GetElapsedTime(asked) < AnswersTake, replicas[replica].Output);
                await MoreAnswers(callers);
                replicas[replica] = await system.AddProcess();
                balancer.Add(replicas[replica]);
            }
        }

        await MoreAnswers(callers);
        isOver = true;
        await Task.WhenAll(callers);

        Assert.True(balancer.Refusals >= Rounds * replicas.Length, $"No replica was stopped under load: {balancer.Refusals} refusals.");
        foreach (var session in sessions)
        {
            var log = await system.Events(session);
            log = await system.After(session, log.All<MessageReceived>().Count);
            log.ShouldBeSound();
            Assert.Empty(log.All<TurnFailed>());
            Assert.Equal(log.All<MessageReceived>().Select(m => m.MessageId), log.All<ReplyGenerated>().Select(r => r.TurnId));
            Assert.Equal(log.All<MessageReceived>().Select(m => AnswerTo(m.Text)), log.All<ReplyGenerated>().Select(r => r.Text));
            Assert.All(log.All<MessageReceived>(), message => Assert.Equal(1, provider.Count(message.Text)));
        }

        Assert.Equal(answered.Count, provider.Calls.Count);
        Assert.Empty(await system.QueuesOfFailure());
    }

    private static string AnswerTo(string text) => $"This is the answer to {text}";

    /// <summary>A model that takes half a second.</summary>
    private static async Task Speak(GatedCall call)
    {
        var words = AnswerTo(call.Asked).Split(" to ");
        await Task.Delay(Pace, TimeProvider.System);
        await call.Say(words[0]);
        await Task.Delay(Pace, TimeProvider.System);
        await call.Say(" to ");
        await Task.Delay(Pace, TimeProvider.System);
        await call.Answer(words[1]);
    }

    /// <summary>One message after the other; every second caller reads a stream.</summary>
    private async Task Talk(HttpClient http, Guid session, int caller)
    {
        for (var number = 0; !isOver; number++)
        {
            var text = $"message {number} of {caller}";
            if (caller % 2 == 0)
            {
                using var response = await http.Chat(session, text);
                var answer = await response.Content.ReadFromJsonAsync<JsonElement>();
                Assert.True(response.IsSuccessStatusCode, $"{text}: {answer}");
                Assert.Equal(AnswerTo(text), answer.GetProperty("assistant_reply").GetString());
            }
            else
            {
                await using var stream = await OpenAnswer.To(http, session, text);
                Assert.Equal(AnswerTo(text), await stream.Rest());
            }

            answered.Enqueue(text);
        }
    }

    /// <summary>Until each caller has got about two more; a caller that failed says why.</summary>
    private async Task MoreAnswers(IReadOnlyList<Task> callers)
    {
        var wanted = answered.Count + (2 * Callers);
        await Eventually.Get(
            async () =>
            {
                foreach (var failed in callers.Where(caller => caller.IsFaulted))
                    await failed;
                return answered.Count;
            },
            count => count >= wanted);
    }
}
