namespace Bus.Faults.Provider;

/// <summary>What a provider does instead of answering.</summary>
internal enum Trouble
{
    None,

    /// <summary>429 with <c>Retry-After</c>.</summary>
    TooManyRequests,

    /// <summary>500 with words.</summary>
    ServerError,

    /// <summary>503 with words.</summary>
    Overloaded,

    /// <summary>It takes the question and says nothing at all.</summary>
    Silence,

    /// <summary>Half an answer, then it hangs up.</summary>
    HalfAnswer,

    /// <summary>200, and bytes that are no answer.</summary>
    Garbage,
}
