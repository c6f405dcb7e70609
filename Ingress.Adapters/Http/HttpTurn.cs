using Bus.Contracts;
using Bus.Messaging;
using Bus.Messaging.Http;
using Microsoft.AspNetCore.Http;

namespace Bus.Ingress.Http;

/// <summary>A turn that an HTTP caller waits for, until it must leave because the process stops.</summary>
internal sealed class HttpTurn(IReplyWait wait, Action ended, TimeProvider time, DateTimeOffset deadline, CancellationToken leaving) : IDisposable
{
    /// <summary>Its deadline has passed, or the process cannot wait longer with its stop.</summary>
    public bool IsOver => time.GetUtcNow() >= deadline || leaving.IsCancellationRequested;

    /// <summary>
    /// The next <see cref="ReplyChunk"/> or <see cref="TurnEnded"/>; null when nothing came for a while or the turn <see cref="IsOver"/>.
    /// </summary>
    public async Task<object?> Next(TimeSpan patience, CancellationToken cancellation)
    {
        if (wait.Pieces.TryRead(out var piece))
            return Noted(piece);
        var left = deadline - time.GetUtcNow();
        if (left <= TimeSpan.Zero)
            return null;

        using var timer = new CancellationTokenSource(left < patience ? left : patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, timer.Token, leaving);
        try
        {
            return Noted(await wait.Pieces.ReadAsync(either.Token));
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>The outcome.</summary>
    /// <exception cref="ProblemException">The deadline passed (504); the answer still lands in the history.</exception>
    public async Task<TurnEnded> End(CancellationToken cancellation)
    {
        while (await Next(TimeSpan.MaxValue, cancellation) is { } piece)
        {
            if (piece is TurnEnded end)
                return end;
        }

        throw Late();
    }

    /// <summary>What a caller is told who waited in vain.</summary>
    public ProblemException Late() => leaving.IsCancellationRequested
        ? new(StatusCodes.Status503ServiceUnavailable, $"The server stops; the answer will be in the history. (trace code {ProblemException.CurrentTraceId()})")
        : new(StatusCodes.Status504GatewayTimeout, $"The answer did not come in time; it will be in the history. (trace code {ProblemException.CurrentTraceId()})");

    public void Dispose() => wait.Dispose();

    private object Noted(object piece)
    {
        if (piece is TurnEnded)
            ended();
        return piece;
    }
}
