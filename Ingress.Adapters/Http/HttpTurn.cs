using Bus.Contracts;
using Bus.Messaging;
using Bus.Messaging.Http;
using Microsoft.AspNetCore.Http;

namespace Bus.Ingress.Http;

/// <summary>A turn that an HTTP caller waits for, until it must leave because the process stops.</summary>
internal sealed class HttpTurn(Guid turnId, IReplyWait wait, Action ended, TimeProvider time, DateTimeOffset deadline, CancellationToken leaving) : ITurnWait
{
    /// <inheritdoc/>
    public Guid TurnId => turnId;

    /// <inheritdoc/>
    public bool IsOver => time.GetUtcNow() >= deadline || leaving.IsCancellationRequested;

    /// <inheritdoc/>
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

    /// <inheritdoc/>
    public async Task<TurnEnded> End(CancellationToken cancellation)
    {
        while (await Next(TimeSpan.MaxValue, cancellation) is { } piece)
        {
            if (piece is TurnEnded end)
                return end;
        }

        throw Late();
    }

    /// <inheritdoc/>
    public ProblemException Late() => leaving.IsCancellationRequested
        ? new(StatusCodes.Status503ServiceUnavailable, $"The server stops; the answer will be in the history. (trace code {ProblemException.CurrentTraceId()})")
        : new(StatusCodes.Status504GatewayTimeout, $"The answer did not come in time; it will be in the history. (trace code {ProblemException.CurrentTraceId()})");

    /// <inheritdoc/>
    public void Dispose() => wait.Dispose();

    private object Noted(object piece)
    {
        if (piece is TurnEnded)
            ended();
        return piece;
    }
}
