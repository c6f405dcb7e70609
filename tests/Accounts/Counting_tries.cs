using System.Diagnostics.Metrics;
using System.Net;
using Bus.Accounts;
using Bus.Accounts.Counting;
using Bus.Events;
using Bus.Messaging.Access;
using Bus.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Bus.Tests.Accounts;

public sealed class Counting_tries
{
    [Theory]
    [InlineData("203.0.113.7", "203.0.113.7")]
    [InlineData("::ffff:203.0.113.7", "203.0.113.7")]
    [InlineData("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64")]
    [InlineData("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64")]
    [InlineData("2001:db8:1:3::1", "2001:db8:1:3::/64")]
    [InlineData("fe80::1%3", "fe80::/64")]
    [InlineData("::1", "::/64")]
    [InlineData(null, "")]
    public void Should_be_done_for_all_that_somebody_has_together(string? address, string block) =>
        Assert.Equal(block, AddressBlock.Of(address is null ? null : IPAddress.Parse(address)));

    /// <summary>After a crash a platform gives once more what it gave before, in the same order.</summary>
    [Fact]
    public async Task Should_give_each_that_comes_again_the_same_answer()
    {
        await using var log = await TestLog.CreateEmpty();
        await log.Upgrade(SchemaScripts.Of(typeof(AccountsModule).Assembly));
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var time = new FakeTime();
        var counts = new Counts(log.Database, new Refusals(services.GetRequiredService<IMeterFactory>()), time);
        var messages = Enumerable.Range(0, 5).Select(_ => Some.Id()).ToList();

        var (first, again) = (await Answers(), await Answers());
        time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal([true, true, true, false, false], first);
        Assert.Equal(first, again);
        Assert.Equal(first, await Answers());

        async Task<List<bool>> Answers()
        {
            var answers = new List<bool>();
            foreach (var message in messages)
                answers.Add(await counts.Count("messages", TimeSpan.FromMinutes(1), 3, message, CancellationToken.None) is null);
            return answers;
        }
    }
}
