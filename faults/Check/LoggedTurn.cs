namespace Bus.Faults.Check;

/// <summary>A turn as the log tells it.</summary>
internal sealed class LoggedTurn
{
    public required Guid Id { get; init; }

    public required Guid Stream { get; init; }

    /// <summary>The message that began it.</summary>
    public required MessageTag Tag { get; init; }

    /// <summary>The message that it says it follows; null when it names none.</summary>
    public Guid? After { get; init; }

    /// <summary>Where the process that took its message in waits for pieces: another place in each life of a process.</summary>
    public required string TakenInBy { get; init; }

    /// <summary>The turn in which its message is answered together with another; null when it has its own.</summary>
    public Guid? AnsweredIn { get; init; }

    /// <summary>How often its message is there.</summary>
    public int Received { get; set; }

    public int Started { get; set; }

    /// <summary>When it was started.</summary>
    public DateTimeOffset? StartedAt { get; set; }

    public int Delivered { get; set; }

    /// <summary>Where it was asked.</summary>
    public string Platform { get; init; } = "";

    /// <summary>How many messages people may see twice, as its delivery says.</summary>
    public int PossibleRepeats { get; set; }

    /// <summary>Why people do not have the answer, as its delivery says.</summary>
    public string? Undelivered { get; set; }

    /// <summary>The conversation did not wait any longer until people had the answer.</summary>
    public bool IsGivenUp { get; set; }

    /// <summary>What people were shown: replies and notices.</summary>
    public List<string> Shown { get; } = [];

    /// <summary>What the model made of it, and what it took.</summary>
    public List<LoggedAttempt> Attempts { get; } = [];
}

/// <summary>An attempt as the log tells it.</summary>
/// <param name="IsReply">The model answered.</param>
/// <param name="Text">The reply, or what there was of it.</param>
/// <param name="InputTokens">What the log says that it took.</param>
/// <param name="OutputTokens">What the log says that it took.</param>
/// <param name="IsEstimated">Nobody measured it.</param>
/// <param name="IsInLedger">What it took is in the ledger, and counts there.</param>
internal sealed record LoggedAttempt(bool IsReply, string Text, int InputTokens, int OutputTokens, bool IsEstimated, bool IsInLedger);
