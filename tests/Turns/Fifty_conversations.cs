using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Turns;

public sealed class Fifty_conversations
{
    [Fact]
    public async Task Should_each_remember_only_its_own()
    {
        await using var provider = await GatedProvider.Start(call => call.Answer(string.Join(", ", call.Said)));
        await using var system = await TestSystem.Create(provider.Settings);
        var host = await system.AddProcess();

        await Task.WhenAll(Enumerable.Range(1, 50).Select(async number =>
        {
            Assert.Equal($"word {number}", await host.Http.Handle($"chat {number}", $"word {number}"));
            Assert.Equal($"word {number}, again {number}", await host.Http.Handle($"chat {number}", $"again {number}"));
        }));

        Assert.Equal(50, await system.Scalar<long>("select count(*) from mt_streams where type = 'session'"));
        Assert.Equal(100, provider.Calls.Count);
        Assert.Empty(await system.QueuesOfFailure());
    }

    [Fact]
    public async Task Should_not_wait_for_each_other()
    {
        await using var provider = await GatedProvider.Start();
        await using var system = await TestSystem.Create(provider.Settings);
        var host = await system.AddProcess();
        var asking = Enumerable.Range(1, 50).Select(number => host.Http.Handle($"chat {number}", $"{number}")).ToList();

        var calls = await Task.WhenAll(Enumerable.Range(1, 50).Select(number => provider.Call($"{number}")));
        await Task.WhenAll(calls.Reverse().Select(call => call.Answer($"for {call.Asked}")));

        Assert.Equal(Enumerable.Range(1, 50).Select(number => $"for {number}"), await Task.WhenAll(asking));
    }
}
