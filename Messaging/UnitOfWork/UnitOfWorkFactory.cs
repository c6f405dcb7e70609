using Bus.Events;
using Bus.Messaging.Outbox;
using MassTransit;
using MassTransit.Middleware;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Bus.Messaging;

/// <summary>Marks the endpoints of consumers: of a message that may come again they look whether it was consumed before they work.</summary>
internal sealed class ConsumerUnit;

/// <summary>Marks the endpoints of sagas: loading the saga tells whether the message was consumed before; when it is at hand, the commit tells.</summary>
internal sealed class SagaUnit;

/// <summary>
/// Wraps the consuming of each message: work, one commit, then the messages go out, then MassTransit acknowledges. A
/// message that comes again finds its inbox row and only sends what is still unsent.
/// </summary>
internal sealed partial class UnitOfWorkFactory<TMark>(
    NpgsqlDataSource database, EventStore log, CommitQueue commits, OutboxSender sender, SentMessages sent, IServiceProvider provider, ILogger<UnitOfWork> logger)
    : IOutboxContextFactory<TMark>
    where TMark : class
{
    public async Task Send<T>(ConsumeContext<T> context, OutboxConsumeOptions options, IPipe<OutboxConsumeContext<T>> next)
        where T : class
    {
        var messageId = context.MessageId ?? throw new MessageException(typeof(T), "A message without an id cannot be consumed once.");
        var unit = new UnitOfWork(database, log, commits, messageId, options.ConsumerId);

        if (typeof(TMark) == typeof(ConsumerUnit) && MayComeAgain(context))
            await unit.Look(context.CancellationToken);
        if (unit.IsDuplicate)
            await context.NotifyConsumed(context, TimeSpan.Zero, options.ConsumerType); // or it counts as skipped
        else
            await next.Send(new UnitOfWorkConsumeContext<T>(context, options, provider, unit));

        if (unit.IsDuplicate && context.ReceiveContext.TryGetPayload(out ResultInHand? result))
            await Tell(result, context, options);
        var messages = unit.IsDuplicate ? await Unsent(unit.Key, context.CancellationToken) : unit.Messages;
        await SendCommitted(unit, messages, context.CancellationToken);
    }

    public void Probe(ProbeContext context) => context.CreateScope("unitOfWork");

    /// <summary>In a unit of work of its own: once it is committed, neither a broker that is away nor the end of this process loses it.</summary>
    private async Task Tell<T>(ResultInHand result, ConsumeContext<T> context, OutboxConsumeOptions options)
        where T : class
    {
        var unit = new UnitOfWork(database, log, commits, result.Id, options.ConsumerId);
        await result.Tell(new UnitOfWorkConsumeContext<T>(context, options, provider, unit));
        await unit.Commit();
        await SendCommitted(unit, unit.IsDuplicate ? [] : unit.Messages, context.CancellationToken);
    }

    private async Task SendCommitted(UnitOfWork unit, IReadOnlyList<OutboxMessage> messages, CancellationToken cancellation)
    {
        var allSent = true;
        foreach (var message in messages)
            allSent &= await SendCommitted(message, again: unit.IsDuplicate, cancellation);
        if (allSent && messages.Count > 0)
            sent.Add(unit.Key);
    }

    /// <summary>
    /// The broker delivered it before, its sender may have sent it before, or it failed here before. Any other message comes
    /// for the first time; should it not after all, the commit notices.
    /// </summary>
    private static bool MayComeAgain(ConsumeContext context) =>
        context.ReceiveContext.Redelivered || context.GetRetryAttempt() > 0
        || context.ReceiveContext.TransportHeaders.TryGetHeader(OutboxSender.SentAgainHeader, out _);

    /// <summary>The work is committed, so a broker that is away is no reason to fail: the sweeper sends it later.</summary>
    private async Task<bool> SendCommitted(OutboxMessage message, bool again, CancellationToken cancellation)
    {
        try
        {
            await sender.Send(message, again, cancellation);
            return true;
        }
        catch (Exception failure)
        {
            LogNotSent(message.MessageId, message.Destination, failure.Message);
            return false;
        }
    }

    private async Task<IReadOnlyList<OutboxMessage>> Unsent(OutboxKey key, CancellationToken cancellation)
    {
        LogDuplicate(key.InboxMessageId);
        await using var connection = await database.OpenConnectionAsync(cancellation);

        // Whoever consumed it may not have waited for the disk (CommitQueue); before the message is acknowledged, somebody must.
        await using var flush = new NpgsqlCommand("select pg_logical_emit_message(true, 'bus', '')", connection);
        await flush.ExecuteNonQueryAsync(cancellation);
        await using var select = OutboxTable.SelectUnsent(key);
        select.Connection = connection;
        return [.. (await OutboxTable.Read(select, cancellation)).Select(row => row.Message)];
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Message {MessageId} to {Destination} stays in the outbox until the broker takes it: {Reason}")]
    private partial void LogNotSent(Guid messageId, Uri destination, string reason);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Message {MessageId} was consumed before")]
    private partial void LogDuplicate(Guid messageId);
}
