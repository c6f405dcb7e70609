using System.Runtime.Serialization;
using Bus.Messaging.Errors;
using Microsoft.Extensions.Configuration;
using Npgsql;
using RabbitMQ.Client;
using Xunit;

namespace Bus.Tests.Errors;

public sealed class The_delay_ladder
{
    private static readonly DelayLadder Ladder = From("5,30,120");

    [Theory]
    [InlineData(null, 5, 1)]
    [InlineData(1L, 30, 2)]
    [InlineData(2L, 120, 3)]
    public void Should_be_climbed_rung_by_rung(long? taken, int seconds, long rung) =>
        Assert.Equal((TimeSpan.FromSeconds(seconds), rung), Ladder.Next(After(taken), new FormatException()));

    [Fact]
    public void Should_end() => Assert.Null(Ladder.Next(After(3), new FormatException()));

    [Theory]
    [InlineData(null)]
    [InlineData(3L)]
    public void Should_not_end_while_a_server_is_away(long? taken) => Assert.Equal(
        (TimeSpan.FromSeconds(120), taken ?? 0), Ladder.Next(After(taken), new NpgsqlException("away", new IOException())));

    [Fact]
    public void Should_see_the_server_that_is_away_behind_whatever_wraps_it() => Assert.Equal(
        (TimeSpan.FromSeconds(120), 0L), Ladder.Next(After(null), new AggregateException(new NpgsqlException("away", new IOException()))));

    [Fact]
    public void Should_not_be_taken_with_what_cannot_be_read() => Assert.Null(Ladder.Next(After(null), new SerializationException()));

    [Theory]
    [InlineData("many")]
    [InlineData("-1")]
    public void Should_begin_anew_after_a_number_that_is_none(string number) =>
        Assert.Equal(1, Ladder.Next(new BasicProperties { Headers = new Dictionary<string, object?> { ["bus-rung"] = number } }, new FormatException())?.Rung);

    [Fact]
    public void Should_be_the_usual_one_when_nothing_is_set() => Assert.Equal(Ladder.Delays, From(null).Delays);

    [Theory]
    [InlineData("0")]
    [InlineData("5,")]
    [InlineData("5;30")]
    [InlineData("1.5")]
    [InlineData("3601")]
    [InlineData("1,1,1,1,1,1,1,1,1,1,1")]
    public void Should_be_refused_when_it_makes_no_sense(string given) => Assert.Equal(
        $"RETRY_DELAYS_SECONDS must be one to 10 whole numbers from 1 to 3600, separated by commas, not '{given}'.",
        Assert.Throws<InvalidOperationException>(() => From(given)).Message);

    private static DelayLadder From(string? given) => DelayLadder.From(
        new ConfigurationBuilder().AddInMemoryCollection([new("RETRY_DELAYS_SECONDS", given)]).Build());

    private static BasicProperties After(long? taken) => new()
    {
        Headers = taken is { } rungs ? new Dictionary<string, object?> { ["bus-rung"] = rungs } : null,
    };
}
