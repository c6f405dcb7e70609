using Bus.Contracts;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Turns;

/// <summary>A process keeps the sagas that it committed last; nothing tells it when another has changed them.</summary>
public sealed class A_saga_changed_behind_a_process
{
    [Fact]
    public async Task Should_be_noticed_when_it_is_only_another_version()
    {
        await using var provider = await GatedProvider.Start(call => call.Answer($"answer to {call.Asked}"));
        var (system, host) = await TestSystem.Start(provider.Settings);
        await using var _ = system;
        Assert.Equal("answer to first", await host.Http.Handle("behind", "first"));
        var (session, conversation) = await Only(system);

        await Change(system, conversation, "version = version + 1");

        Assert.Equal("answer to second", await host.Http.Handle("behind", "second"));
        (await system.After(session, turns: 2)).ShouldBeSound();
        Assert.Equal(1, provider.Count("second"));
        Assert.Empty(await system.QueuesOfFailure());
    }

    /// <summary>As if another process had closed the session: what is kept names one that is no longer open.</summary>
    [Fact]
    public async Task Should_be_taken_as_it_is_now()
    {
        await using var provider = await GatedProvider.Start(call => call.Answer($"answer to {call.Asked}"));
        var (system, host) = await TestSystem.Start(provider.Settings);
        await using var _ = system;
        Assert.Equal("answer to first", await host.Http.Handle("behind", "first"));
        var (session, conversation) = await Only(system);

        await Change(system, conversation, "version = version + 1, body = jsonb_set(body::jsonb, '{SessionId}', 'null')::json");

        Assert.Equal("answer to second", await host.Http.Handle("behind", "second"));
        var next = Ids.Session(conversation, await system.MessageId("second"));
        (await system.After(next, turns: 1)).ShouldBeSound();
        Assert.Single((await system.After(session, turns: 1)).All<MessageReceived>());
        Assert.Equal(1, provider.Count("second"));
        Assert.Empty(await system.QueuesOfFailure());
    }

    /// <summary>The broker gives messages to both in turn, so the one that stands still gets some and looks at them late.</summary>
    [Fact]
    public async Task Should_be_noticed_by_a_process_that_stood_still_meanwhile()
    {
        await using var provider = await GatedProvider.Start(call => call.Answer($"answer to {call.Asked}"));
        await using var system = await TestSystem.Create(provider.Settings);
        var standing = await system.AddProcess("saga");
        var ingress = await system.AddProcess("ingress,memory,llm");
        var session = await ingress.Http.CreateSession();
        using (var before = await ingress.Http.Chat(session, "before"))
            before.EnsureSuccessStatusCode();
        var conversation = await system.ConversationOf(session);
        await system.Resting(conversation);
        await system.AddProcess("saga");
        var version = await Version(system, conversation);
        string[] messages = [.. Enumerable.Range(0, 6).Select(n => $"meanwhile {n}")];

        await standing.Pause();
        var asking = messages.Select(message => ingress.Http.Chat(session, message)).ToList();
        await Eventually.Get(() => Version(system, conversation), now => now > version);
        await standing.Continue();

        foreach (var (message, answer) in messages.Zip(await Task.WhenAll(asking)))
        {
            Assert.Contains($"\"assistant_reply\":\"answer to {message}\"", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
            answer.Dispose();
        }

        (await system.After(session, turns: 1 + messages.Length)).ShouldBeSound();
        Assert.All(messages, message => Assert.Equal(1, provider.Count(message)));
        Assert.Empty(await system.QueuesOfFailure());
    }

    private static async Task<(Guid Session, Guid Conversation)> Only(TestSystem system)
    {
        var session = await system.Scalar<Guid>("select stream_id from mt_events where type = 'message_received'");
        await system.After(session, turns: 1);
        return (session, await system.ConversationOf(session));
    }

    private static Task<long> Version(TestSystem system, Guid conversation) =>
        system.Scalar<long>("select version from conversation_state where id = $1", conversation);

    private static async Task Change(TestSystem system, Guid conversation, string change) =>
        Assert.Equal(conversation, await system.Scalar<Guid>($"update conversation_state set {change} where id = $1 and state = 'Idle' returning id", conversation));
}
