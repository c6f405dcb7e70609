using System.Text.Json;
using System.Threading.Channels;
using Bus.Contracts;
using Bus.Messaging.Broker;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Bus.Messaging.Streaming;

/// <summary>
/// Sends the outcome of a turn to the queue of the process that waits for it. The queue may be gone for a moment, when the broker
/// has restarted or that process has lost its connection: then it is tried again for a while, and no consumer is held up by it.
/// </summary>
internal sealed partial class OutcomeSender(BrokerConnection connection, TimeProvider time, ILogger<OutcomeSender> log)
    : BackgroundService, IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>So often no queue is found before it is clear that its process has ended.</summary>
    private const int MostReturns = 30;

    private static readonly BasicProperties Properties = new() { Type = nameof(TurnEnded) };

    private readonly BrokerChannel channel = new(
        connection, () => new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true));

    private readonly Channel<Late> late = Channel.CreateUnbounded<Late>();

    /// <summary>Sends it now, or later.</summary>
    public async Task Send(string replyTo, TurnEnded end, CancellationToken cancellation)
    {
        var outcome = new Late(replyTo, end.TurnId, JsonSerializer.SerializeToUtf8Bytes(end), 0);
        if (await Try(outcome, cancellation) is { } again)
            late.Writer.TryWrite(again);
    }

    public async ValueTask DisposeAsync()
    {
        await channel.DisposeAsync();
        Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        using var stop = stoppingToken.Register(timer.Dispose);
        while (await timer.WaitForNextTickAsync(CancellationToken.None))
        {
            for (var left = late.Reader.Count; left > 0 && late.Reader.TryRead(out var outcome) && !stoppingToken.IsCancellationRequested; left--)
            {
                if (await Try(outcome, CancellationToken.None) is { } again)
                    late.Writer.TryWrite(again);
            }
        }
    }

    /// <returns>What is to be tried again; null when it was sent or is given up.</returns>
    private async Task<Late?> Try(Late outcome, CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(Patience);
        try
        {
            var open = await channel.Open(patience.Token);
            await open.BasicPublishAsync("", outcome.ReplyTo, mandatory: true, Properties, outcome.Body, patience.Token);
            return null;
        }
        catch (PublishException failure) when (failure.IsReturn)
        {
            if (outcome.Returns < MostReturns)
                return outcome with { Returns = outcome.Returns + 1 };
            LogNobody(outcome.TurnId);
            return null;
        }
        catch (Exception failure) when (!cancellation.IsCancellationRequested)
        {
            LogNotSent(outcome.TurnId, failure.Message);
            return outcome;
        }
    }

    private sealed record Late(string ReplyTo, Guid TurnId, byte[] Body, int Returns);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Nobody waits any more for the outcome of turn {TurnId}")]
    private partial void LogNobody(Guid turnId);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The outcome of turn {TurnId} could not be sent yet: {Reason}")]
    private partial void LogNotSent(Guid turnId, string reason);
}
