using System.Collections.Concurrent;
using System.Text.Json;
using System.Threading.Channels;
using Bus.Contracts;
using Bus.Events.Servers;
using Bus.Messaging.Broker;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Bus.Messaging.Streaming;

/// <summary>Receives the pieces of the replies that this process asked for, on a queue that lives as long as it does.</summary>
internal sealed partial class ReplyListener(BrokerConnection connection, ServerWait wait, TimeProvider time, ILogger<ReplyListener> log)
    : IReplyListener, IHostedService, IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<Guid, Channel<object>> waiting = new();
    private readonly CancellationTokenSource stopping = new();
    private IChannel? channel;
    private bool isDisposed;

    public string ReplyTo { get; } = $"bus-replies-{Guid.CreateVersion7(time.GetUtcNow()):n}";

    public IReplyWait Wait(Guid turnId)
    {
        var pieces = Channel.CreateUnbounded<object>(new UnboundedChannelOptions { SingleReader = true });
        if (!waiting.TryAdd(turnId, pieces))
            throw new InvalidOperationException($"Somebody waits for turn {turnId} already.");
        return new ReplyWait(pieces.Reader, () => waiting.TryRemove(turnId, out _));
    }

    /// <summary>Takes a piece from this very process; false when it is for another.</summary>
    public bool Take(string replyTo, Guid turnId, object piece)
    {
        if (replyTo != ReplyTo)
            return false;
        Pass(turnId, piece);
        return true;
    }

    public Task StartAsync(CancellationToken cancellationToken) => wait.Until(connection.Broker, Listen, cancellationToken);

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await stopping.CancelAsync();
        if (channel is { IsOpen: true })
            await channel.CloseAsync(cancellationToken);
    }

    /// <summary>The container does so once for each service that this is.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref isDisposed, true))
            return;
        // Nobody stops what did not start with all the others.
        await stopping.CancelAsync();
        if (channel is not null)
            await channel.DisposeAsync();
        stopping.Dispose();
    }

    private async Task Listen(CancellationToken cancellationToken)
    {
        if (channel is not null)
            await channel.DisposeAsync();
        channel = await connection.Channel(null, cancellationToken);
        await channel.QueueDeclareAsync(ReplyTo, durable: false, exclusive: true, autoDelete: true, cancellationToken: cancellationToken);
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += (_, delivery) =>
        {
            Receive(delivery);
            return Task.CompletedTask;
        };
        await channel.BasicConsumeAsync(ReplyTo, autoAck: true, consumer, cancellationToken);
        channel.ChannelShutdownAsync += (_, _) =>
        {
            if (!stopping.IsCancellationRequested)
                _ = ListenAgain();
            return Task.CompletedTask;
        };
    }

    /// <summary>The queue went with its connection. Until the broker has noticed that, it gives it to nobody else, not even to us.</summary>
    private async Task ListenAgain()
    {
        var isSaid = false;
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(Interval, time, stopping.Token);
                await Listen(stopping.Token);
                return;
            }
            catch (Exception failure)
            {
                if (!isSaid && !stopping.IsCancellationRequested)
                    LogDeaf(failure.Message);
                isSaid = true;
            }
        }
    }

    private void Receive(BasicDeliverEventArgs delivery)
    {
        try
        {
            switch (delivery.BasicProperties.Type)
            {
                case nameof(ReplyChunk):
                    var chunk = JsonSerializer.Deserialize<ReplyChunk>(delivery.Body.Span) ?? throw new JsonException("It is null.");
                    Pass(chunk.TurnId, chunk);
                    break;
                case nameof(TurnEnded):
                    var end = JsonSerializer.Deserialize<TurnEnded>(delivery.Body.Span) ?? throw new JsonException("It is null.");
                    Pass(end.TurnId, end);
                    break;
            }
        }
        catch (JsonException failure)
        {
            LogUnreadable(failure, delivery.BasicProperties.Type);
        }
    }

    private void Pass(Guid turnId, object piece)
    {
        if (waiting.TryGetValue(turnId, out var pieces))
            pieces.Writer.TryWrite(piece);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Replies cannot be received; trying again every second: {Reason}")]
    private partial void LogDeaf(string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A piece of type {Type} could not be read")]
    private partial void LogUnreadable(Exception failure, string? type);

    private sealed class ReplyWait(ChannelReader<object> pieces, Action done) : IReplyWait
    {
        public ChannelReader<object> Pieces => pieces;

        public void Dispose() => done();
    }
}
