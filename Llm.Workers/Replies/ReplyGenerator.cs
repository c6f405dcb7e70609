using System.Text.Json;
using Bus.Contracts;
using Bus.Llm.Gateway;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Bus.Llm;

/// <summary>Has a model answer a prompt, sends the pieces on as they come, and says how it ended.</summary>
public sealed partial class ReplyGenerator(ModelRoute route, TimeProvider time, ILogger<ReplyGenerator> log)
{
    /// <summary>The least time between two chunks.</summary>
    public static readonly TimeSpan ChunkInterval = TimeSpan.FromMilliseconds(40);

    /// <summary>
    /// The model is given up this long before the deadline, so that people hear of it in time: a fifth of what is left, this at most.
    /// </summary>
    public static readonly TimeSpan LongestDeliveryMargin = TimeSpan.FromSeconds(10);

    private const string TooLate = "The model did not answer in time.";

    // Beyond this a timer cannot be set, and no turn lasts as long.
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);

    /// <summary>
    /// Asks the model. Gives a <see cref="ReplyGenerated"/> or a <see cref="ReplyFailed"/>, whatever the provider does.
    /// </summary>
    /// <param name="command">What is asked.</param>
    /// <param name="prompt">The prompt, rendered.</param>
    /// <param name="send">Sends a chunk to whoever waits; it may fail.</param>
    /// <param name="stop">Somebody wants no more of this reply: it ends as cancelled, with what there is of it.</param>
    /// <param name="shutdown">The process ends: nothing is decided, the call throws, and another process may try.</param>
    public async Task<object> Generate(
        GenerateReply command,
        RenderedPrompt prompt,
        Func<ReplyChunk, ValueTask> send,
        CancellationToken stop,
        CancellationToken shutdown = default)
    {
        var now = time.GetUtcNow();
        var reply = new ReplyInProgress(command, prompt, route, now);
        using var tooLate = new CancellationTokenSource(TimeLeft(command.Deadline - now), time);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(tooLate.Token, stop, shutdown);
        using var span = ModelCallSpan.Start(route, command);
        var chunks = new ReplyChunks(command, reply.Text, send, time, log, ended.Token);

        var failure = await Stream(reply, prompt, command.Options, chunks, ended.Token);
        if (failure is OperationCanceledException)
            shutdown.ThrowIfCancellationRequested();
        reply.Text.End();
        await chunks.SendRest();

        var outcome = Outcome(reply, failure, stop.IsCancellationRequested);
        Record(span, reply, outcome, failure);
        return outcome;
    }

    private static TimeSpan TimeLeft(TimeSpan untilDeadline)
    {
        var margin = Math.Min(untilDeadline.Ticks / 5, LongestDeliveryMargin.Ticks);
        return TimeSpan.FromTicks(Math.Clamp(untilDeadline.Ticks - margin, 0, LongestWait.Ticks));
    }

    private async Task<Exception?> Stream(
        ReplyInProgress reply, RenderedPrompt prompt, ModelOptions? options, ReplyChunks chunks, CancellationToken ended)
    {
        try
        {
            ended.ThrowIfCancellationRequested();
            await using var updates = route.Client
                .GetStreamingResponseAsync(Messages(prompt), Options(options, route.Model), ended)
                .GetAsyncEnumerator(ended);
            while (await chunks.SendWhile(updates.MoveNextAsync()) && reply.Add(updates.Current))
                await chunks.SendIfDue();
            return null;
        }
        // Without the database nobody is asked: the command comes again when it is back.
        catch (Exception e) when (e is not NpgsqlException)
        {
            return e;
        }
    }

    private object Outcome(ReplyInProgress reply, Exception? failure, bool stopped)
    {
        var now = time.GetUtcNow();
        // What comes after the finish reason is the provider's farewell; the reply is whole without it.
        if (reply is { FinishReason: { } reason, HasText: true })
            return reply.Generated(reason, now);
        return failure switch
        {
            null when reply.HasText => reply.Generated(FinishReasons.Stop, now),
            null => reply.Failed("The model gave no answer.", FailureKinds.Empty, asked: true, now),
            OperationCanceledException when stopped => reply.Generated(FinishReasons.Cancelled, now),
            OperationCanceledException => reply.Failed(TooLate, FailureKinds.Late, asked: true, now),
            LimitException e => reply.Failed(e.Message, FailureKinds.RateLimited, asked: false, now),
            ProviderException e => reply.Failed(e.Message, KindOf(e.Failure), asked: reply.HasText || WasAsked(e.Failure), now),
            _ => reply.Failed("The model could not be asked.", FailureKinds.Unavailable, asked: reply.HasText, now),
        };
    }

    private static string KindOf(ProviderFailure failure) => failure switch
    {
        ProviderFailure.Unreachable => FailureKinds.Unreachable,
        ProviderFailure.RateLimited => FailureKinds.RateLimited,
        ProviderFailure.TimedOut => FailureKinds.Late,
        ProviderFailure.NoCredit or ProviderFailure.KeyRefused or ProviderFailure.UnknownModel or ProviderFailure.ContextOverflow
            or ProviderFailure.ContentPolicy or ProviderFailure.Rejected => FailureKinds.Rejected,
        ProviderFailure.Unavailable => FailureKinds.Unavailable,
        ProviderFailure.Empty => FailureKinds.Empty,
        _ => FailureKinds.Broken,
    };

    // Who refuses a request charges nothing for it.
    private static bool WasAsked(ProviderFailure failure) => failure is ProviderFailure.Broken or ProviderFailure.Empty or ProviderFailure.TimedOut;

    private void Record(ModelCallSpan span, ReplyInProgress reply, object outcome, Exception? failure)
    {
        if (outcome is ReplyGenerated generated)
        {
            span.Answered(reply.Model, generated.FinishReason, generated.Usage);
            return;
        }

        var failed = (ReplyFailed)outcome;
        var errorType = failure switch
        {
            null => "empty",
            OperationCanceledException => "timeout",
            LimitException => "limit",
            ProviderException e => JsonNamingPolicy.SnakeCaseLower.ConvertName(e.Failure.ToString()),
            _ => failure.GetType().FullName!,
        };
        span.Failed(reply.Model, errorType, failed.Usage);
        LogFailed(log, failed.AttemptId, reply.Provider, reply.Model, errorType, failed.Reason);
        if (failure is not (null or OperationCanceledException or ProviderException or LimitException))
            LogUnexpected(log, failed.AttemptId, errorType, failure.StackTrace);
    }

    private static IEnumerable<ChatMessage> Messages(RenderedPrompt prompt) =>
        prompt.Messages.Select(message => new ChatMessage(new ChatRole(message.Role), message.Content));

    private static ChatOptions Options(ModelOptions? options, string model) =>
        new() { ModelId = model, Temperature = (float?)options?.Temperature, MaxOutputTokens = options?.MaxTokens };

    [LoggerMessage(Level = LogLevel.Warning, Message = "Attempt {AttemptId} with {Provider} {Model} failed ({ErrorType}): {Reason}")]
    private static partial void LogFailed(ILogger log, Guid attemptId, string provider, string model, string errorType, string reason);

    // Without the exception's own message: nobody knows what a stranger's exception repeats.
    [LoggerMessage(Level = LogLevel.Error, Message = "Attempt {AttemptId} met an unexpected {ErrorType}:\n{StackTrace}")]
    private static partial void LogUnexpected(ILogger log, Guid attemptId, string errorType, string? stackTrace);
}
