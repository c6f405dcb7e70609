using System.Collections.Concurrent;
using Bus.Contracts;
using Bus.Ingress.Intake;
using Bus.Ingress.Settings;
using Bus.Messaging;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Bus.Ingress.Delivery;

/// <summary>Shows answers while they come, for the messages that this process has taken in. The end is brought by whoever is told to (<see cref="ReplyDelivery"/>).</summary>
internal sealed partial class LiveReplies(
    IEnumerable<IPlatformDelivery> platforms, IReplyListener replies, LiveFrames frames, MessageIntake intake, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<LiveReplies> log)
{
    /// <summary>After a failure, before it is tried again.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<Guid, byte> shown = new();

    /// <summary>What to put into <see cref="MessageReceived.ReplyTo"/>.</summary>
    public string ReplyTo => replies.ReplyTo;

    /// <summary>Takes a message in, and begins to show its answer when it is in. One that nobody answers is only taken in.</summary>
    /// <param name="said">The message, as it was said.</param>
    /// <param name="message">The message, as the saga gets it.</param>
    /// <param name="settings">What holds there.</param>
    /// <param name="take">Takes it in.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task Show(
        Said said, MessageReceived message, PlaceSettings settings, Func<MessageReceived, CancellationToken, Task> take, CancellationToken cancellation)
    {
        if (message.Handling is { IsListenOnly: true } || !shown.TryAdd(message.MessageId, 0))
        {
            await take(message, cancellation);
            return;
        }

        var wait = replies.Wait(message.MessageId);
        try
        {
            await take(message, cancellation);
        }
        catch
        {
            End(message, wait);
            throw;
        }

        _ = Run(ReplyAddress.Of(message, Texts.For(said.Language)), settings.Stream != false, message, wait);
    }

    private async Task Run(ReplyAddress address, bool isStreamed, MessageReceived message, IReplyWait wait)
    {
        var stopping = lifetime.ApplicationStopping;
        LiveReply? reply = null;
        try
        {
            while (!await TryRun(async () => await (reply ??= await Open(address, isStreamed, wait, stopping)).Run(stopping), message, stopping))
                await Task.Delay(Pause, time, stopping);
            intake.Answered(message);
        }
        catch (Exception) when (stopping.IsCancellationRequested)
        {
            // The process ends; somebody else brings the end. What is still taken in meanwhile follows the message.
        }
        finally
        {
            End(message, wait);
        }
    }

    private async Task<LiveReply> Open(ReplyAddress address, bool isStreamed, IReplyWait wait, CancellationToken cancellation)
    {
        var place = await platforms.First(platform => platform.Platform == address.Origin.Platform).Open(address, cancellation);
        return new LiveReply(place, address.TurnId, isStreamed, wait.Pieces, frames, time);
    }

    /// <returns>False when it could not be shown. That is no end: what is said next still follows it.</returns>
    private async Task<bool> TryRun(Func<Task> run, MessageReceived message, CancellationToken stopping)
    {
        try
        {
            await run();
            return true;
        }
        catch (Exception failure) when (!stopping.IsCancellationRequested)
        {
            LogNotShown(message.MessageId, failure);
            return false;
        }
    }

    private void End(MessageReceived message, IReplyWait wait)
    {
        wait.Dispose();
        shown.TryRemove(message.MessageId, out _);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The answer of turn {TurnId} cannot be shown while it comes; trying again")]
    private partial void LogNotShown(Guid turnId, Exception failure);
}
