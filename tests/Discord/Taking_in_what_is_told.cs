using System.Collections.Concurrent;
using System.Text.Json;
using Bus.Ingress.Discord.Gateway;
using Xunit;

namespace Bus.Tests.Discord;

public sealed class Taking_in_what_is_told
{
    private readonly ConcurrentDictionary<long, TaskCompletionSource> gates = new();
    private readonly ConcurrentQueue<long> begun = new();

    [Fact]
    public async Task Should_know_up_to_where_all_is_taken_in()
    {
        using var dispatches = Begin();
        foreach (var (number, key) in new[] { (11L, "a"), (12L, "b"), (13L, "c") })
            dispatches.Add(key, null, Told(number), default);
        dispatches.Pass(14);
        Assert.Equal((10, 3), (dispatches.Confirmed, dispatches.Count));
        End(12);
        await Begun(3);
        Assert.Equal(10, dispatches.Confirmed);
        End(11);
        End(13);
        await dispatches.Drained();
        Assert.Equal((14, 0), (dispatches.Confirmed, dispatches.Count));
    }

    [Fact]
    public async Task Should_take_in_one_after_the_other_what_belongs_together()
    {
        using var dispatches = Begin();
        dispatches.Add("a", null, Told(11), default);
        dispatches.Add("a", null, Told(12), default);
        dispatches.Add("b", null, Told(13), default);
        await Begun(2);
        Assert.Equal([11, 13], begun.Order());
        End(11);
        await Begun(3);
        Assert.Equal(12, begun.Last());
        End(12);
        End(13);
        await dispatches.Drained();
    }

    [Fact]
    public async Task Should_take_in_what_is_said_behind_what_was_missed()
    {
        using var dispatches = Begin();
        dispatches.Add("guild 1", null, Told(11), default);
        dispatches.Add("channel", "guild 1", Told(12), default);
        dispatches.Add("other", "guild 2", Told(13), default);
        await Begun(2);
        Assert.Equal([11, 13], begun.Order());
        End(11);
        await Begun(3);
        End(12);
        End(13);
        await dispatches.Drained();
    }

    [Fact]
    public async Task Should_take_in_once_what_is_told_again_while_it_is_on_its_way()
    {
        using var dispatches = Begin();
        dispatches.Add("a", null, Told(11), default);
        dispatches.Add("a", null, Told(11), default);
        End(11);
        await dispatches.Drained();
        Assert.Equal([11], begun);
    }

    private Dispatches Begin()
    {
        var dispatches = new Dispatches((_, _) => Task.CompletedTask, Take);
        dispatches.Begin(10);
        return dispatches;
    }

    private async Task Take(Dispatch dispatch, CancellationToken cancellation)
    {
        begun.Enqueue(dispatch.Number);
        await Gate(dispatch.Number).Task.WaitAsync(cancellation);
    }

    private void End(long number) => Gate(number).TrySetResult();

    private TaskCompletionSource Gate(long number) => gates.GetOrAdd(number, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));

    private Task<int> Begun(int count) => Support.Eventually.Get(() => Task.FromResult(begun.Count), now => now == count);

    private static Dispatch Told(long number) => new(number, "MESSAGE_CREATE", default(JsonElement));
}
