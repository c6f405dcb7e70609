using System.Collections.Concurrent;
using System.Text;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Bus.Tests.Support;

/// <summary>Gets a copy of all that is published in a virtual host, to the exchanges that there are.</summary>
internal sealed class Eavesdropper : IAsyncDisposable
{
    private readonly IConnection connection;

    private Eavesdropper(IConnection connection) => this.connection = connection;

    /// <summary>The messages, headers and all.</summary>
    public ConcurrentQueue<string> Messages { get; } = [];

    public static async Task<Eavesdropper> Start(TestSystem system)
    {
        var connection = await new ConnectionFactory { Uri = system.Rabbit }.CreateConnectionAsync();
        var listener = new Eavesdropper(connection);
        var channel = await connection.CreateChannelAsync();
        var queue = (await channel.QueueDeclareAsync()).QueueName;
        foreach (var exchange in (await TestServers.Ask<List<Exchange>>($"api/exchanges/{system.VirtualHost}"))!.Where(exchange => exchange.Name.Length > 0 && !exchange.Name.StartsWith("amq.", StringComparison.Ordinal)))
            await channel.QueueBindAsync(queue, exchange.Name, exchange.Type == "topic" ? "#" : "");
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += (_, message) =>
        {
            var headers = message.BasicProperties.Headers?.Select(header => $"{header.Key}: {(header.Value is byte[] bytes ? Encoding.UTF8.GetString(bytes) : header.Value)}") ?? [];
            listener.Messages.Enqueue(string.Join('\n', headers) + "\n" + Encoding.UTF8.GetString(message.Body.Span));
            return Task.CompletedTask;
        };
        await channel.BasicConsumeAsync(queue, autoAck: true, consumer);
        return listener;
    }

    public ValueTask DisposeAsync() => connection.DisposeAsync();

    private sealed record Exchange(string Name, string Type);
}
