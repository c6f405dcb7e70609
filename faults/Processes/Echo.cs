using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Bus.Faults.Processes;

/// <summary>
/// Sends some of the messages on the bus a second time, seconds later, under the same id: an adapter does so whose confirm was
/// lost, and a sender that died before it could note that it had sent.
/// </summary>
internal sealed class Echo(Uri rabbit, int seed, TimeProvider time)
{
    /// <summary>Where it hears of messages.</summary>
    public const string Queue = "faults-echo";

    private const double Share = 0.1;

    // Which queue takes which message.
    private static readonly (string Message, string Queue)[] Routes =
    [
        ("MessageReceived", "conversation"), ("ContextBuilt", "conversation"), ("ReplyGenerated", "conversation"),
        ("ReplyFailed", "conversation"), ("ReplyDelivered", "conversation"), ("BuildContext", "build-context"),
        ("GenerateReply", "generate-reply"), ("DeliverReply", "deliver-reply"),
    ];

    private readonly Random random = new(seed);
    private int count;

    /// <summary>How many were sent again.</summary>
    public int Count => count;

    /// <summary>Goes on until told to stop; a broker that is away is waited for.</summary>
    public async Task Run(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await Connected(stop);
            }
            catch (Exception) when (!stop.IsCancellationRequested)
            {
                await Task.Delay(TimeSpan.FromSeconds(1), time, CancellationToken.None);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private async Task Connected(CancellationToken stop)
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var connection = await new ConnectionFactory { Uri = rabbit, AutomaticRecoveryEnabled = false }.CreateConnectionAsync(stop);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: stop);
        await channel.QueueDeclareAsync(Queue, durable: true, exclusive: false, autoDelete: false, cancellationToken: stop);
        foreach (var (message, _) in Routes)
        {
            await channel.ExchangeDeclareAsync($"Bus.Contracts:{message}", ExchangeType.Fanout, durable: true, cancellationToken: stop);
            await channel.QueueBindAsync(Queue, $"Bus.Contracts:{message}", "", cancellationToken: stop);
        }

        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += (_, delivery) =>
        {
            bool again;
            lock (random)
                again = random.NextDouble() < Share;
            if (again)
                _ = Repeat(channel, delivery.Exchange, new BasicProperties(delivery.BasicProperties), delivery.Body.ToArray(), stop);
            return Task.CompletedTask;
        };
        channel.ChannelShutdownAsync += (_, _) =>
        {
            ended.TrySetResult();
            return Task.CompletedTask;
        };
        await channel.BasicConsumeAsync(Queue, autoAck: true, consumer, stop);
        await ended.Task.WaitAsync(stop);
    }

    private async Task Repeat(IChannel channel, string exchange, BasicProperties properties, byte[] body, CancellationToken stop)
    {
        TimeSpan delay;
        lock (random)
            delay = TimeSpan.FromSeconds(0.2 + (random.NextDouble() * 6));
        try
        {
            await Task.Delay(delay, time, stop);
            var message = exchange.Split(':')[^1];
            if (message != "MessageReceived")
                properties.Headers = new Dictionary<string, object?>(properties.Headers ?? new Dictionary<string, object?>()) { ["bus-sent-again"] = "true" };
            await channel.BasicPublishAsync("", Routes.First(route => route.Message == message).Queue, mandatory: false, properties, body, stop);
            Interlocked.Increment(ref count);
        }
        catch (Exception)
        {
            // The broker went away meanwhile, or the run ends: this one does not come twice.
        }
    }
}
