using System.Runtime.CompilerServices;
using Bus.Contracts;
using Bus.Llm.Catalog;

namespace Bus.Llm.Gateway;

/// <summary>An answer that has begun. The ledger has what it took when it is read to its end, or let go before.</summary>
internal sealed class GatewayAnswer(Attempt attempt, UpstreamAnswer answer, IAsyncEnumerator<AnswerPiece> pieces, IReadOnlyList<AnswerPiece> held) : IAsyncDisposable
{
    /// <summary>Who answers.</summary>
    public Target Target => attempt.Candidate.Target;

    /// <summary>The attempt.</summary>
    public UsageReserved Reservation => attempt.Reservation;

    /// <summary>What it has taken so far.</summary>
    public TokenCounts Tokens => attempt.Tokens;

    /// <summary>The provider has said so; else it is our estimate.</summary>
    public bool IsMeasured => attempt.IsMeasured;

    /// <summary>The pieces; each is valid until the next is asked for.</summary>
    /// <exception cref="ProviderException">The answer came to no good end.</exception>
    public async IAsyncEnumerable<AnswerPiece> Pieces([EnumeratorCancellation] CancellationToken cancellation)
    {
        foreach (var piece in held)
            yield return piece;
        do
            yield return pieces.Current;
        while (await Next(cancellation));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        attempt.Cancelled();
        await pieces.DisposeAsync();
        answer.Dispose();
    }

    private async ValueTask<bool> Next(CancellationToken cancellation)
    {
        try
        {
            cancellation.ThrowIfCancellationRequested();
            if (!await pieces.MoveNextAsync())
            {
                attempt.Answered();
                return false;
            }

            attempt.Add(pieces.Current);
            return true;
        }
        catch (Exception failure)
        {
            attempt.Failed(failure, wasTaken: true);
            throw;
        }
    }
}
