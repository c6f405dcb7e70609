using System.Runtime.CompilerServices;
using Bus.Contracts;
using Bus.Llm.Catalog;
using Bus.Llm.Gateway.Keeping;

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

    /// <summary>What it has cost so far, in the base currency; null when no price is known.</summary>
    public decimal? Cost => attempt.Cost;

    /// <summary>It was kept; nobody was asked.</summary>
    public bool IsKept => attempt.IsKept;

    /// <summary>Takes it down; null when it need not be kept.</summary>
    public Recording? Recording { get; set; }

    /// <summary>The pieces; each is valid until the next is asked for.</summary>
    /// <exception cref="ProviderException">The answer came to no good end.</exception>
    public async IAsyncEnumerable<AnswerPiece> Pieces([EnumeratorCancellation] CancellationToken cancellation)
    {
        foreach (var piece in held)
        {
            Recording?.Add(piece.Data);
            yield return piece;
        }

        do
        {
            Recording?.Add(pieces.Current.Data);
            yield return pieces.Current;
        }
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
                if (Recording is not null)
                    await Recording.Keep();
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
