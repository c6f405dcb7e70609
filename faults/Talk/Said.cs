namespace Bus.Faults.Talk;

/// <summary>What somebody learned about a message of theirs.</summary>
internal enum Hearing
{
    /// <summary>Nothing: the connection broke, or nobody could be asked. It may have been accepted or not.</summary>
    Nothing,

    /// <summary>It was refused, and the refusal says that nothing was stored.</summary>
    Refused,

    /// <summary>It was accepted; the answer did not come while somebody waited.</summary>
    Accepted,

    /// <summary>The model's answer.</summary>
    Answer,

    /// <summary>A failure, in words.</summary>
    Failure,

    /// <summary>It was said in a chat; what the chat shows is looked at in the end.</summary>
    InChat,
}

/// <summary>A message, and what its sender saw of it.</summary>
internal sealed class Said(MessageTag tag, string door, long sentAt)
{
    public MessageTag Tag => tag;

    /// <summary>The process that it was said to, and which of its lives.</summary>
    public string Door => door;

    /// <summary>A stamp of the clock.</summary>
    public long SentAt => sentAt;

    /// <summary>When its sender knew that it was accepted.</summary>
    public long? AcceptedAt { get; set; }

    public Hearing Hearing { get; set; }

    /// <summary>The answer as it was shown.</summary>
    public string Text { get; set; } = "";

    /// <summary>The last status, for the report.</summary>
    public int Status { get; set; }
}
