namespace Bus.Bench.Gateway.Upstream;

/// <summary>What a provider has counted of those who come by one path.</summary>
/// <param name="Requests">Answers that were given to their end.</param>
/// <param name="PromptTokens">Of these.</param>
/// <param name="CompletionTokens">Of these.</param>
/// <param name="Open">Streams that have no end and are read.</param>
internal sealed record UpstreamCount(long Requests, long PromptTokens, long CompletionTokens, long Open);

/// <summary>Counts.</summary>
internal sealed class UpstreamCounter
{
    private long requests;
    private long promptTokens;
    private long completionTokens;
    private long open;
    private long next;

    public UpstreamCount Now => new(Volatile.Read(ref requests), Volatile.Read(ref promptTokens), Volatile.Read(ref completionTokens), Volatile.Read(ref open));

    /// <summary>The answer for the next request.</summary>
    public UpstreamAnswer Next() => UpstreamAnswer.All[Interlocked.Increment(ref next) % UpstreamAnswer.All.Length];

    public void Gave(UpstreamAnswer answer)
    {
        Interlocked.Add(ref promptTokens, answer.PromptTokens);
        Interlocked.Add(ref completionTokens, answer.CompletionTokens);
        Interlocked.Increment(ref requests);
    }

    public void Opened() => Interlocked.Increment(ref open);

    public void Closed() => Interlocked.Decrement(ref open);
}
