using Bus.Contracts;
using Bus.Messaging.Broker;
using Bus.Messaging.Streaming;
using Bus.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Bus.Tests.Messaging;

public sealed class Pieces_within_a_process
{
    private static readonly Guid Turn = new("00000000-0000-0000-0000-000000000003");
    private static readonly ReplyChunk Piece = new(Turn, Turn, Turn, 0, "piece");

    [Fact]
    public async Task Should_be_taken_when_they_are_for_it_and_no_other()
    {
        await using var connection = new BrokerConnection(new Uri("amqp://127.0.0.1:1"));
        await using var listener = new ReplyListener(connection, TestLog.NoWait(), TimeProvider.System, NullLogger<ReplyListener>.Instance);
        using var wait = listener.Wait(Turn);

        Assert.False(listener.Take("bus-replies-of-another", Turn, Piece));
        Assert.False(wait.Pieces.TryRead(out _));
        Assert.True(listener.Take(listener.ReplyTo, Turn, Piece));
        Assert.True(wait.Pieces.TryRead(out var taken));
        Assert.Same(Piece, taken);
    }
}
