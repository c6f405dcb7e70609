namespace Bus.Faults.Provider;

/// <summary>One time that the model was asked.</summary>
/// <param name="Number">Counts the calls; the answer repeats it.</param>
/// <param name="Attempt">What whoever asks calls it.</param>
/// <param name="Asked">The last message of the prompt: which message of which conversation; null for one that asks whether a key is good.</param>
/// <param name="Trouble">What it met.</param>
/// <param name="InputTokens">What the provider charges for the prompt.</param>
/// <param name="OutputTokens">What it charges for the whole answer.</param>
/// <param name="At">When.</param>
internal sealed record ProviderCall(int Number, Guid Attempt, MessageTag? Asked, Trouble Trouble, int InputTokens, int OutputTokens, DateTimeOffset At)
{
    /// <summary>The answer and the usage went out to their end.</summary>
    public bool IsComplete { get; set; }

    /// <summary>It was refused: nothing is charged.</summary>
    public bool IsRefused => Trouble is Trouble.TooManyRequests or Trouble.ServerError or Trouble.Overloaded;

    /// <summary>When it was over, in whatever way.</summary>
    public DateTimeOffset EndedAt { get; set; } = At;
}
