using Npgsql;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Bus.Bench.Floor;

/// <summary>
/// The consumer of one hop: consume, commit where ours does, publish the next with its confirm, acknowledge. It has a
/// connection of its own, as a process of its own would, with one channel to consume on and one to publish on.
/// </summary>
internal sealed class FloorStage(FloorHop hop, NpgsqlDataSource database, Action<int> consumed, Action ended) : IAsyncDisposable
{
    private const ushort Concurrency = 128;
    private static readonly CreateChannelOptions Consuming = new(false, false, null, Concurrency);
    private static readonly Dictionary<string, object?> Quorum = new() { ["x-queue-type"] = "quorum" };

    private IConnection connection = null!;
    private IChannel consuming = null!;
    private FloorPublisher? next;

    private string Queue => FloorPublisher.Queue(hop);

    /// <param name="nextHop">What it publishes to; null at the end of the chain.</param>
    public async Task Start(FloorHop? nextHop)
    {
        connection = await FloorPublisher.Connect($"floor {hop.Name}");
        next = nextHop is null ? null : await FloorPublisher.Open(connection, nextHop);
        consuming = await connection.CreateChannelAsync(Consuming);
        await consuming.QueueDeclareAsync(Queue, durable: true, exclusive: false, autoDelete: false, Quorum);
        await consuming.BasicQosAsync(0, Concurrency, global: false);
        var consumer = new AsyncEventingBasicConsumer(consuming);
        consumer.ReceivedAsync += (_, delivery) => Handle(delivery);
        await consuming.BasicConsumeAsync(Queue, autoAck: false, consumer);
    }

    public async ValueTask DisposeAsync()
    {
        await consuming.QueueDeleteAsync(Queue);
        await connection.DisposeAsync();
    }

    private async Task Handle(BasicDeliverEventArgs delivery)
    {
        consumed(BitConverter.ToInt32(delivery.Body.Span));
        if (hop.Commits)
            await Insert(delivery.Body);
        if (next is not null)
            await next.Publish(delivery.Body);
        await consuming.BasicAckAsync(delivery.DeliveryTag, multiple: false);
        ended();
    }

    private async Task Insert(ReadOnlyMemory<byte> body)
    {
        await using var insert = database.CreateCommand("insert into floor_rows (body) values ($1)");
        insert.Parameters.Add(new NpgsqlParameter<ReadOnlyMemory<byte>> { TypedValue = body });
        await insert.ExecuteNonQueryAsync();
    }
}
