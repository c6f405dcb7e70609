using Bus.Llm.Catalog;

namespace Bus.Llm;

/// <summary>One request to one provider.</summary>
/// <param name="Id">Names it for the provider as well, which may be asked what it took.</param>
/// <param name="Target">Who is asked.</param>
/// <param name="Key">With which key; null when none is wanted.</param>
/// <param name="Path">Of the provider's API, after its base: <c>chat/completions</c>.</param>
/// <param name="Body">The request, as JSON.</param>
/// <param name="IsStream">The answer is to come in pieces.</param>
internal sealed record UpstreamCall(Guid Id, Target Target, ProviderKey? Key, string Path, ReadOnlyMemory<byte> Body, bool IsStream)
{
    /// <summary>Chat completions.</summary>
    public const string Completions = "chat/completions";

    /// <summary>Vectors of texts.</summary>
    public const string Embeddings = "embeddings";
}

/// <summary>What answers requests: a provider over HTTP, or the built-in model.</summary>
internal interface IUpstream
{
    /// <summary>Asks; gives the answer as soon as it begins.</summary>
    /// <exception cref="ProviderException">The provider refused, or could not be asked.</exception>
    Task<UpstreamAnswer> Ask(UpstreamCall call, CancellationToken cancellation);
}

/// <summary>An answer that has begun.</summary>
/// <param name="Events">What comes; it throws nothing but <see cref="ProviderException"/> and cancellations, and can be read once.</param>
/// <param name="Errors">What makes words for people of errors within it.</param>
/// <param name="Held">What is let go when nothing more is wanted: a provider hears of it.</param>
internal sealed record UpstreamAnswer(IAsyncEnumerable<AnswerEvent> Events, ProviderErrors Errors, IDisposable? Held) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose() => Held?.Dispose();
}
