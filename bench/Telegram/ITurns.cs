namespace Bus.Bench.Telegram;

/// <summary>Turns of one kind, one after the other.</summary>
internal interface ITurns
{
    /// <summary>One turn, from the message to its end; it is checked.</summary>
    Task<TimedTurn> Run(CancellationToken cancellation);
}

/// <summary>How long a turn took.</summary>
/// <param name="First">Milliseconds from the message to what people see first of the answer.</param>
/// <param name="Final">Milliseconds from the message to the whole answer.</param>
/// <param name="Calls">What Telegram was asked to do in the chat, in order.</param>
internal sealed record TimedTurn(double First, double Final, IReadOnlyList<string> Calls);
