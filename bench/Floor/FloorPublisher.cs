using RabbitMQ.Client;

namespace Bus.Bench.Floor;

/// <summary>Publishes the messages of one hop: persistent, and done when the broker has confirmed.</summary>
internal sealed class FloorPublisher
{
    private static readonly CreateChannelOptions Confirmed = new(true, true);
    private static readonly BasicProperties Persistent = new() { DeliveryMode = DeliveryModes.Persistent };

    private readonly IChannel channel;
    private readonly string queue;

    private FloorPublisher(IChannel channel, string queue) => (this.channel, this.queue) = (channel, queue);

    public static string Queue(FloorHop hop) => $"bus-bench-floor-{hop.Name}";

    public static Task<IConnection> Connect(string name) =>
        new ConnectionFactory { Uri = Servers.RabbitMq, ClientProvidedName = name }.CreateConnectionAsync();

    public static async Task<FloorPublisher> Open(IConnection connection, FloorHop hop) =>
        new(await connection.CreateChannelAsync(Confirmed), Queue(hop));

    public ValueTask Publish(ReadOnlyMemory<byte> body) =>
        channel.BasicPublishAsync("", queue, mandatory: true, Persistent, body);
}
