using Bus.Contracts;
using Bus.Messaging;
using Xunit;

namespace Bus.Tests.Messaging;

/// <summary>RabbitMQ closes the channel of a consumer that holds a message for half an hour, and with it all that the consumer has in hand.</summary>
public sealed class Holding_a_message
{
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(5);

    [Fact]
    public void Should_take_less_than_the_broker_allows_for_the_longest_turn_and_all_tries_after_it()
    {
        var longestTurn = TimeSpan.FromSeconds(Limits.TurnTimeoutSeconds.Most);
        Assert.True(longestTurn + Retries.Longest + Margin <= Limits.LongestHold, $"{longestTurn} + {Retries.Longest}");
    }
}
