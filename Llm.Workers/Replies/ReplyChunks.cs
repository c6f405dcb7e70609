using Bus.Contracts;
using Microsoft.Extensions.Logging;

namespace Bus.Llm;

/// <summary>
/// Sends a growing reply on in chunks: the first as soon as the model pauses, later ones at most once per interval, whatever
/// the model's pace. Chunks may get lost, so nothing that goes wrong here is anybody's failure.
/// </summary>
internal sealed partial class ReplyChunks(
    GenerateReply command, ReplyText text, Func<ReplyChunk, ValueTask> send, TimeProvider time, ILogger log, CancellationToken ended)
{
    // A broker that takes no messages must not hold up the model.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly Guid runId = Guid.CreateVersion7(time.GetUtcNow());
    private int sent;
    private long sentAt = time.GetTimestamp();
    private bool wanted = command.ReplyTo is not null;

    /// <summary>Sends what there is, if it is time to.</summary>
    public ValueTask SendIfDue() => IsWaiting && Wait() <= TimeSpan.Zero ? SendRest() : default;

    /// <summary>Waits for the model's next piece, and meanwhile sends what is waiting when its time comes.</summary>
    public async ValueTask<bool> SendWhile(ValueTask<bool> next)
    {
        if (next.IsCompleted || !IsWaiting)
            return await next;
        var coming = next.AsTask();
        if (sent > 0 && Wait() is var wait && wait > TimeSpan.Zero)
            await Task.WhenAny(coming, Task.Delay(wait, time, ended));
        if (!coming.IsCompleted)
            await SendRest();
        return await coming;
    }

    /// <summary>Sends all that has not been sent.</summary>
    public async ValueTask SendRest()
    {
        if (!IsWaiting)
            return;
        var chunk = new ReplyChunk(command.TurnId, command.AttemptId, runId, sent, text.From(sent));
        sent = text.Length;
        try
        {
            var sending = send(chunk);
            if (!sending.IsCompletedSuccessfully)
                await sending.AsTask().WaitAsync(Patience, time, ended);
        }
        catch (Exception e)
        {
            wanted = e is not TimeoutException;
            var error = e.GetType().Name;
            LogLost(log, command.AttemptId, chunk.Offset, error);
        }

        sentAt = time.GetTimestamp();
    }

    private bool IsWaiting => wanted && text.Length > sent;

    private TimeSpan Wait() => ReplyGenerator.ChunkInterval - time.GetElapsedTime(sentAt);

    [LoggerMessage(Level = LogLevel.Debug, Message = "A chunk of attempt {AttemptId} at {Offset} was not sent: {Error}")]
    private static partial void LogLost(ILogger log, Guid attemptId, int offset, string error);
}
