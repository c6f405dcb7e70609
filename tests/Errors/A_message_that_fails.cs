using System.Text;
using Bus.Tests.Support;
using Npgsql;
using Xunit;

namespace Bus.Tests.Errors;

public sealed class A_message_that_fails
{
    /// <summary>The first try and those that follow at once.</summary>
    private const int AtOnce = 5;

    [Fact]
    public async Task Should_come_back_after_each_delay_and_then_be_parked()
    {
        await using var trying = await Trying.Start(_ => throw new InvalidOperationException("It is broken."));
        var id = await trying.Send();

        var parked = Assert.Single(await trying.Parked());

        Assert.Equal((id.ToString(), "try_error", "Try", 3L), (parked.Id, parked.Queue, parked.Type, parked.Tries));
        Assert.Equal("System.InvalidOperationException: It is broken.", parked.Reason);
        Assert.InRange((TimeProvider.System.GetUtcNow() - parked.At!.Value).TotalSeconds, 0, 60);
        Assert.Equal(3 * AtOnce, trying.Tries.Count);
        Assert.Equal(0, await trying.Consumed());
        Assert.Equal([0, 0], await trying.System.Lengths(Trying.Queue, "bus-delay-1s"));
    }

    [Fact]
    public async Task Should_be_handled_once_when_it_comes_back_and_nothing_is_wrong_any_more()
    {
        await using var trying = await Trying.Start(time => time <= 2 * AtOnce ? throw new InvalidOperationException("Not yet.") : Task.CompletedTask);
        await trying.Send();

        Assert.Equal(1, await Eventually.Get(trying.Consumed, count => count > 0));
        Assert.Equal([0, 0], await Eventually.Get(() => trying.System.Lengths(Trying.Queue, "bus-delay-1s"), lengths => lengths.Sum() == 0));
        Assert.Equal((2 * AtOnce) + 1, trying.Tries.Count);
        Assert.Empty((await trying.Errors.List(null, CancellationToken.None)).Errors);
    }

    /// <summary>Each time it may have cost something: a model may have been asked.</summary>
    [Fact]
    public async Task Should_know_how_often_it_was_in_hand()
    {
        await using var trying = await Trying.Start(time => time <= 3 * AtOnce ? throw new InvalidOperationException("Not yet.") : Task.CompletedTask);
        var id = await trying.Send();
        await trying.Parked();

        await trying.Errors.Redrive(id.ToString(), null, CancellationToken.None);

        Assert.Equal(1, await Eventually.Get(trying.Consumed, count => count > 0));
        Assert.Equal([0, 1, 2, 3], trying.Tries.DeliveriesBefore);
    }

    [Fact]
    public async Task Should_wait_for_a_server_that_is_away_beyond_the_last_delay()
    {
        await using var trying = await Trying.Start(time => time <= 4 * AtOnce
            ? throw new InvalidOperationException("wrapped", new NpgsqlException("away", new IOException()))
            : Task.CompletedTask);
        await trying.Send();

        Assert.Equal(1, await Eventually.Get(trying.Consumed, count => count > 0));
        Assert.Equal((4 * AtOnce) + 1, trying.Tries.Count);
        Assert.Empty((await trying.Errors.List(null, CancellationToken.None)).Errors);
    }

    [Fact]
    public async Task Should_not_be_tried_for_ever_when_its_operation_is_cancelled_and_nothing_ends()
    {
        await using var trying = await Trying.Start(_ => throw new TaskCanceledException("Somebody hung up."));
        await trying.Send();

        var parked = Assert.Single(await trying.Parked());

        Assert.Equal(("try_error", 3L), (parked.Queue, parked.Tries));
        Assert.Equal(3 * AtOnce, trying.Tries.Count);
    }

    [Fact]
    public async Task Should_be_parked_at_once_when_it_cannot_be_understood()
    {
        await using var trying = await Trying.Start(_ => Task.CompletedTask);
        await trying.System.Put(Trying.Queue, Encoding.UTF8.GetBytes("not what you think"));

        var parked = Assert.Single(await trying.Parked());

        Assert.Equal(("try_error", 1L, (string?)null), (parked.Queue, parked.Tries, parked.Type));
        Assert.StartsWith("sha256-", parked.Id, StringComparison.Ordinal);
        Assert.Equal(0, trying.Tries.Count);
    }

    [Fact]
    public async Task Should_be_parked_at_once_when_nobody_takes_its_type()
    {
        await using var trying = await Trying.Start(_ => Task.CompletedTask);
        await trying.System.Put(Trying.Queue, Encoding.UTF8.GetBytes("""
            {"messageId": "0198c1d5-0000-7000-8000-000000000001", "messageType": ["urn:message:Other:Thing"], "message": {}}
            """));

        var parked = Assert.Single(await trying.Parked());

        Assert.Equal(("try_skipped", 1L, "Thing"), (parked.Queue, parked.Tries, parked.Type));
        Assert.Equal("No consumer of this queue takes messages of this type.", parked.Reason);
    }

    [Fact]
    public async Task Should_be_parked_with_a_reason_that_fits_into_a_frame()
    {
        await using var trying = await Trying.Start(_ => throw new InvalidOperationException(new string('x', 300_000)));
        await trying.Send();

        Assert.InRange(Assert.Single(await trying.Parked()).Reason.Length, 1, 5_000);
    }

    [Fact]
    public async Task Should_go_into_an_error_queue_that_an_earlier_version_declared()
    {
        await using var trying = await Trying.Start(_ => throw new FormatException());
        await trying.System.DeclareQuorum("try_error", ("x-delivery-limit", 20));
        var id = await trying.Send();

        Assert.Equal(id.ToString(), Assert.Single(await trying.Parked()).Id);
    }

    [Fact]
    public async Task Should_survive_any_number_of_looks_in_a_queue_with_a_delivery_limit()
    {
        await using var trying = await Trying.Start(_ => throw new FormatException());
        await trying.System.DeclareQuorum("try_error", ("x-delivery-limit", 20));
        var ids = new[] { await trying.Send(), await trying.Send() }.Select(id => id.ToString()).Order();
        await trying.Parked(count: 2);

        for (var look = 0; look < 50; look++)
            Assert.Equal(ids, (await trying.Errors.List("try_error", CancellationToken.None)).Errors.Select(error => error.Id).Order());
    }
}
