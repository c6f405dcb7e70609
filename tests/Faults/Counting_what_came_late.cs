using Bus.Faults;
using Xunit;

namespace Bus.Tests.Faults;

/// <summary>What was fetched because nobody listened is counted, whether it was said to the bot or beside.</summary>
public sealed class Counting_what_came_late
{
    [Fact]
    public void Should_count_what_was_fetched_and_nothing_else()
    {
        var log = new Told();
        log.Hear(1, "in time");
        log.Hear(1, "late", isLate: true);
        log.Receive(new MessageTag(1, 1));
        Assert.Equal((1, 1), (log.Log.Late, log.Log.Heard["late"]));
    }
}
