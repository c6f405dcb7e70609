using Bus.Tests.Support;
using RabbitMQ.Client;
using Xunit;

namespace Bus.Tests.Turns;

public sealed class Model_calls_at_once
{
    [Fact]
    public async Task Should_be_many_in_one_process()
    {
        await using var provider = await GatedProvider.Start();
        await using var system = await TestSystem.Create(provider.Settings);
        var host = await system.AddProcess("ingress,saga,memory");
        await system.AddProcess("llm");
        string[] messages = [.. Enumerable.Range(1, 40).Select(n => $"at once {n}")];

        var asking = messages.Select((message, n) => host.Http.Handle($"chat {n}", message)).ToList();
        var calls = await Task.WhenAll(messages.Select(provider.Call));

        Assert.DoesNotContain(calls, call => call.Ended.IsCompleted);
        foreach (var call in calls)
            await call.Answer($"answer to {call.Asked}");
        Assert.Equal(messages.Select(message => $"answer to {message}"), await Task.WhenAll(asking));
    }

    [Fact]
    public async Task Should_be_as_many_as_are_set_and_leave_the_rest_to_others()
    {
        await using var provider = await GatedProvider.Start();
        await using var system = await TestSystem.Create(new Dictionary<string, string?>(provider.Settings) { ["LLM_CONCURRENCY"] = "2" });
        var host = await system.AddProcess("ingress,saga,memory");
        await system.AddProcess("llm");
        var asking = new List<Task<string>>();
        var calls = new List<GatedCall>();
        foreach (var message in new[] { "first of two", "second of two" })
        {
            asking.Add(host.Http.Handle(message, message));
            calls.Add(await provider.Call(message));
        }

        asking.Add(host.Http.Handle("too many", "too many"));
        await using var connection = await new ConnectionFactory { Uri = system.Rabbit }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        await Eventually.Get(async () => await channel.MessageCountAsync("generate-reply"), ready => ready == 1);
        Assert.Equal(0, provider.Count("too many"));

        await system.AddProcess("llm");
        calls.Add(await provider.Call("too many"));
        foreach (var call in calls)
            await call.Answer(call.Asked);
        Assert.Equal(["first of two", "second of two", "too many"], await Task.WhenAll(asking));
    }
}
