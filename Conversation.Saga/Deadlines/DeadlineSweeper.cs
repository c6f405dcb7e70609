using System.Text.Json;
using Bus.Contracts;
using MassTransit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Bus.Conversations.Deadlines;

/// <summary>
/// Tells conversations whose deadline has passed. Every process with the role does it: the same deadline always makes
/// the same message, and the inbox drops the second.
/// </summary>
internal sealed partial class DeadlineSweeper(NpgsqlDataSource database, IBus bus, TimeProvider time, ILogger<DeadlineSweeper> log)
    : BackgroundService
{
    private const int MostAtOnce = 500;

    /// <summary>Somebody may be waiting for what gathers.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        using var stop = stoppingToken.Register(timer.Dispose);
        while (await timer.WaitForNextTickAsync(CancellationToken.None))
        {
            try
            {
                foreach (var (overdue, isTurn) in await Overdue(stoppingToken))
                {
                    var messageId = Ids.From(overdue.TurnId, "timed out", $"{overdue.Deadline.ToUnixTimeMilliseconds()}");
                    await bus.Publish(overdue, publish => publish.MessageId = messageId, stoppingToken);
                    if (isTurn)
                        LogOverdue(overdue.ConversationId, overdue.TurnId);
                }
            }
            catch (Exception failure)
            {
                if (stoppingToken.IsCancellationRequested)
                    return;
                LogFailed(failure);
            }
        }
    }

    /// <returns>The deadlines, and whether a turn in progress has passed it or only something that waits.</returns>
    private async Task<List<(TurnTimedOut Overdue, bool IsTurn)>> Overdue(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            $"select body from conversation_state where deadline < $1 order by deadline limit {MostAtOnce}");
        command.Parameters.Add(new() { Value = time.GetUtcNow().UtcDateTime });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var overdue = new List<(TurnTimedOut, bool)>();
        while (await reader.ReadAsync(cancellation))
        {
            var state = JsonSerializer.Deserialize<ConversationState>(reader.GetString(0))!;
            if (state.Deadline is { } deadline && (state.Turn?.TurnId ?? state.Waiting.FirstOrDefault()?.Message.MessageId) is { } turnId)
                overdue.Add((new TurnTimedOut(state.CorrelationId, turnId, deadline), state.Turn is not null));
        }

        return overdue;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Turn {TurnId} of conversation {ConversationId} is past its deadline")]
    private partial void LogOverdue(Guid conversationId, Guid turnId);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Deadlines could not be checked; trying again at once")]
    private partial void LogFailed(Exception failure);
}
