using Npgsql;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Bus.Bench.Floor;

/// <summary>
/// One hop: consume, one commit, publish the next with its confirm, acknowledge. A connection of its own, as a process
/// of its own would have, with one channel to consume on and one to publish on.
/// </summary>
internal sealed class FloorStage(int number, NpgsqlDataSource database, Func<int, bool> arrived, Action left) : IAsyncDisposable
{
    private const ushort Concurrency = 128;
    private static readonly CreateChannelOptions Consuming = new(false, false, null, Concurrency);
    private static readonly CreateChannelOptions Publishing = new(true, true);
    private static readonly BasicProperties Persistent = new() { DeliveryMode = DeliveryModes.Persistent };

    private IConnection connection = null!;
    private IChannel consuming = null!;
    private IChannel publishing = null!;

    public static string Queue(int number) => $"bus-bench-floor-{number}";

    /// <param name="consumes">False for the client, which only publishes the first message.</param>
    public async Task Start(bool consumes)
    {
        connection = await new ConnectionFactory { Uri = Servers.RabbitMq, ClientProvidedName = $"floor {number}" }.CreateConnectionAsync();
        publishing = await connection.CreateChannelAsync(Publishing);
        if (!consumes)
            return;

        consuming = await connection.CreateChannelAsync(Consuming);
        await consuming.QueueDeclareAsync(
            Queue(number), durable: true, exclusive: false, autoDelete: false, new Dictionary<string, object?> { ["x-queue-type"] = "quorum" });
        await consuming.BasicQosAsync(0, Concurrency, global: false);
        var consumer = new AsyncEventingBasicConsumer(consuming);
        consumer.ReceivedAsync += (_, delivery) => Handle(delivery);
        await consuming.BasicConsumeAsync(Queue(number), autoAck: false, consumer);
    }

    public ValueTask Publish(ReadOnlyMemory<byte> body) =>
        publishing.BasicPublishAsync("", Queue(number + 1), mandatory: true, Persistent, body);

    public async ValueTask DisposeAsync() => await connection.DisposeAsync();

    private async Task Handle(BasicDeliverEventArgs delivery)
    {
        var goesOn = arrived(BitConverter.ToInt32(delivery.Body.Span));
        await using (var insert = database.CreateCommand("insert into floor_rows (body) values ($1)"))
        {
            insert.Parameters.Add(new() { Value = delivery.Body });
            await insert.ExecuteNonQueryAsync();
        }

        if (goesOn)
            await Publish(delivery.Body);
        await consuming.BasicAckAsync(delivery.DeliveryTag, multiple: false);
        if (!goesOn)
            left();
    }
}
