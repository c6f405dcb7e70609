using Bus.Contracts;
using Bus.Llm.Metering;

namespace Bus.Llm.Gateway;

/// <summary>One request to one provider, from what is put aside for it to what it took.</summary>
internal sealed class Attempt(UsageReserved reservation, Candidate candidate, ILedger ledger, TimeProvider time, bool isKept = false)
{
    private static readonly TimeSpan TellsAgain = TimeSpan.FromSeconds(1);

    private TokenCounts? tokens;
    private string? providerCallId;
    private DateTimeOffset? firstPieceAt;
    private long textBytes;
    private bool hasEnded;
    private bool isSettled;
    private long toldAt = time.GetTimestamp();

    public UsageReserved Reservation => reservation;

    public Candidate Candidate => candidate;

    /// <summary>What it has taken so far: what the provider says, or our estimate.</summary>
    public TokenCounts Tokens => tokens ?? Estimate();

    /// <summary>Nobody is asked: the answer was kept.</summary>
    public bool IsKept => isKept;

    /// <summary>What it has cost so far, in the base currency; null when no price is known.</summary>
    public decimal? Cost => CostOf(Tokens);

    /// <summary>The provider has said what it takes.</summary>
    public bool IsMeasured => tokens is not null;

    /// <summary>Asks; gives the answer once there is something of it that people would see.</summary>
    /// <exception cref="ProviderException">There is no answer; the ledger has what it took all the same.</exception>
    public async Task<GatewayAnswer> Begin(IUpstream upstream, GatewayCall call, CancellationToken cancellation)
    {
        UpstreamAnswer? answer = null;
        IAsyncEnumerator<AnswerPiece>? pieces = null;
        try
        {
            var body = call.Body.For(candidate.Target.Name, asksUsage: true, isOpenAI: candidate.Target.Model.Provider == "openai", call.MaxTokens);
            answer = await upstream.Ask(new UpstreamCall(reservation.AttemptId, candidate.Target, candidate.Key, call.Path, body, call.Body.IsStream), cancellation);
            pieces = (call.Body.IsStream ? AnswerReader.Read(answer, cancellation) : WholeAnswer.Read(answer, call.Path, cancellation)).GetAsyncEnumerator(cancellation);
            var held = new List<AnswerPiece>();
            while (await pieces.MoveNextAsync())
            {
                var piece = pieces.Current;
                Add(piece);
                if (piece.IsShown)
                    return new GatewayAnswer(this, answer, pieces, held);
                held.Add(piece with { Data = piece.Data.ToArray() });
            }

            throw ProviderErrors.NoAnswer();
        }
        catch (Exception failure)
        {
            if (pieces is not null)
                await pieces.DisposeAsync();
            answer?.Dispose();
            Failed(failure, wasTaken: answer is not null);
            throw;
        }
    }

    /// <summary>Takes note of a piece.</summary>
    public void Add(AnswerPiece piece)
    {
        firstPieceAt ??= time.GetUtcNow();
        if (providerCallId is null && piece.Id is not null)
        {
            providerCallId = piece.Id;
            if (!piece.IsWhole && !isKept)
                ledger.ProviderCall(reservation.AttemptId, piece.Id);
        }

        // Some servers repeat a growing count in every piece: the last one counts.
        tokens = piece.Tokens ?? tokens;
        textBytes += piece.TextBytes;
        hasEnded |= piece.FinishReason is not null || piece.IsWhole;
        if (!piece.IsWhole && time.GetElapsedTime(toldAt) >= TellsAgain)
        {
            // Should this process not live to settle it, so much is known.
            ledger.Progress(reservation.AttemptId, Tokens);
            toldAt = time.GetTimestamp();
        }
    }

    /// <summary>The answer came to its end.</summary>
    public void Answered() => Settle(AttemptOutcomes.Answered, IsMeasured ? UsageBases.Measured : UsageBases.Estimated, Tokens, null);

    /// <summary>Whoever asked wants no more of it. What had come to its end is whole all the same.</summary>
    public void Cancelled()
    {
        if (hasEnded)
            Answered();
        else
            Settle(AttemptOutcomes.Cancelled, UsageBases.Aborted, Tokens, null);
    }

    /// <summary>It came to no good end.</summary>
    /// <param name="failure">Why.</param>
    /// <param name="wasTaken">The provider had begun to answer, or may have.</param>
    public void Failed(Exception failure, bool wasTaken)
    {
        if (failure is OperationCanceledException)
        {
            Cancelled();
            return;
        }

        var kind = (failure as ProviderException)?.Failure;
        var reason = kind is { } known ? AttemptFailures.Of(known) : AttemptFailures.Broken;
        // Who refuses a request, or never got it, charges nothing for it.
        if (!wasTaken && kind is not ProviderFailure.TimedOut && failure is not ProviderException { MayHaveTaken: true })
            Settle(AttemptOutcomes.Failed, UsageBases.Measured, TokenCounts.None, reason);
        else
            Settle(AttemptOutcomes.Failed, UsageBases.Aborted, Tokens, reason);
    }

    private void Settle(string outcome, string basis, TokenCounts took, string? failure)
    {
        if (isSettled)
            return;
        isSettled = true;
        if (isKept)
            (outcome, basis, took) = (AttemptOutcomes.Cached, UsageBases.Measured, TokenCounts.None);
        ledger.Settle(reservation, new UsageSettled(
            reservation.AttemptId, outcome, basis, took, CostOf(took), Price, failure, providerCallId, firstPieceAt, time.GetUtcNow()));
    }

    private PriceOfTheDay? Price => candidate.Target.Model.PriceAt(reservation.ReservedAt);

    private decimal? CostOf(TokenCounts took) => isKept ? 0 : Price is { } price ? Contracts.Cost.Of(price, took) : null;

    private TokenCounts Estimate() => new(reservation.InputTokens, textBytes == 0 ? 0 : TokenEstimates.Frame + TokenEstimates.Of(textBytes), 0, 0);
}
