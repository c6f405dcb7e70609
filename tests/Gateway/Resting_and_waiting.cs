using System.Globalization;
using Bus.Contracts;
using Bus.Llm;
using Bus.Llm.Catalog;
using Bus.Llm.Gateway;
using Bus.Llm.Metering;
using Bus.Tests.Llm;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Gateway;

/// <summary>When a key is used again, and how long a call waits for room, to the second.</summary>
public sealed class Resting_and_waiting
{
    private readonly FakeTime time = new();
    private readonly HealthBoard health;
    private readonly LlmModel model = TestGateway.Model("m-1", new Uri("http://provider/v1"), keys: ["first", "second"]);

    public Resting_and_waiting() => health = new HealthBoard(time);

    private Guid First => model.Keys[0].Id;

    [Fact]
    public void Should_leave_a_key_alone_for_as_long_as_it_asks()
    {
        health.Rest(First, TimeSpan.FromSeconds(30));
        Assert.Equal("second", Next());
        time.Advance(TimeSpan.FromSeconds(30) - TimeSpan.FromTicks(1));
        Assert.Equal("second", Next());
        time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal("first", Next());
    }

    [Fact]
    public void Should_leave_a_key_alone_longer_each_time_when_it_does_not_say_how_long()
    {
        foreach (var seconds in new[] { 5, 10, 20, 40, 60, 60 })
        {
            health.Rest(First, null);
            time.Advance(TimeSpan.FromSeconds(seconds - 1));
            Assert.Equal("second", Next());
            time.Advance(TimeSpan.FromSeconds(1));
            Assert.Equal("first", Next());
        }

        health.Succeeded(First);
        health.Rest(First, null);
        time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal("first", Next());
    }

    /// <summary>Calls that were under way when another was told to wait.</summary>
    [Fact]
    public void Should_leave_a_key_alone_whatever_else_succeeds_meanwhile()
    {
        health.Rest(First, TimeSpan.FromSeconds(30));
        health.Succeeded(First);
        Assert.Equal("second", Next());
        time.Advance(TimeSpan.FromSeconds(30));
        health.Succeeded(First);
        Assert.Equal(Health.Well, health.Of(First));
    }

    [Fact]
    public void Should_not_use_a_key_that_was_refused_however_long_that_is_ago()
    {
        var told = 0;
        health.Quarantine(First, AttemptFailures.KeyRefused, () => told++);
        health.Quarantine(First, AttemptFailures.KeyRefused, () => told++);
        health.Succeeded(First);
        health.Quarantine(model.Keys[1].Id, AttemptFailures.NoCredit, () => told++);
        time.Advance(TimeSpan.FromDays(30));
        Assert.Null(Next());
        Assert.Equal(2, told);
    }

    [Fact]
    public async Task Should_be_answered_when_there_is_room_again()
    {
        await using var provider = FakeProvider.Saying("well");
        var gateway = new TestGateway([TestGateway.Model("m-1", provider.BaseUrl)], time);
        var isFull = true;
        gateway.Ledger.Limit = _ => isFull ? Full("queue", "tokens", TimeSpan.FromHours(5)) : null;
        var asking = gateway.Gateway.Ask(Call(TimeSpan.FromSeconds(15)), CancellationToken.None);
        for (var look = 0; look < 20; look++)
        {
            await time.TimerOf(TimeSpan.FromMilliseconds(500));
            isFull = look < 19;
            time.Advance(TimeSpan.FromMilliseconds(500));
        }

        await using var answer = await asking;
        Assert.Single(provider.Calls);
    }

    [Theory]
    [InlineData("queue", "tokens", 3600, 15)]
    [InlineData("queue", "requests", 4, 12)] // nothing that runs gives requests back
    [InlineData("queue", "requests", 16, 0)]
    [InlineData("block", "tokens", 1, 0)]
    [InlineData("cheaper", "tokens", 1, 0)] // and nothing is said of what is cheaper
    public async Task Should_give_up_when_there_is_none(string action, string unit, int retryAfter, int waits)
    {
        await using var provider = FakeProvider.Saying("well");
        var gateway = new TestGateway([TestGateway.Model("m-1", provider.BaseUrl)], time);
        gateway.Ledger.Limit = _ => Full(action, unit, TimeSpan.FromSeconds(retryAfter));
        var (start, step) = (time.GetUtcNow(), unit == "requests" ? TimeSpan.FromSeconds(retryAfter) : TimeSpan.FromMilliseconds(500));
        var asking = gateway.Gateway.Ask(Call(TimeSpan.FromSeconds(15)), CancellationToken.None);
        while (time.GetUtcNow() - start < TimeSpan.FromSeconds(waits))
        {
            await time.TimerOf(step);
            time.Advance(step);
        }

        var refused = await Assert.ThrowsAsync<LimitException>(() => asking);
        Assert.Equal(retryAfter.ToString(CultureInfo.InvariantCulture), refused.Limit.RetryAfter.TotalSeconds.ToString(CultureInfo.InvariantCulture));
        Assert.Empty(provider.Calls);
    }

    private string? Next() => new Candidates([new Target(model, model.ModelId)], health, new KeyTurns(), time).Next()?.Key?.Secret;

    private static LimitReached Full(string action, string unit, TimeSpan retryAfter) => new(Some.Id(), LimitSubjects.User, unit, "day", action, null, retryAfter);

    private static GatewayCall Call(TimeSpan patience) => new(
        Some.Id(), new CallFor("user:1", null, "", Purposes.Chat), UpstreamCall.Completions, null, null, CallBody.Read("""{"messages":[{"role":"user","content":"hello"}],"stream":true}"""u8.ToArray()), patience);
}
