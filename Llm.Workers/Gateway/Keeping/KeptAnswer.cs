using Bus.Llm.Catalog;

namespace Bus.Llm.Gateway.Keeping;

/// <summary>An answer that was kept: it answers as its provider did.</summary>
/// <param name="target">Who gave it.</param>
/// <param name="pieces">Its pieces, as they came.</param>
/// <param name="time">The clock.</param>
internal sealed class KeptAnswer(Target target, IReadOnlyList<byte[]> pieces, TimeProvider time) : IUpstream
{
    /// <summary>Who gave it.</summary>
    public Target Target => target;

    /// <inheritdoc/>
    public Task<UpstreamAnswer> Ask(UpstreamCall call, CancellationToken cancellation) =>
        Task.FromResult(new UpstreamAnswer(pieces.Select(piece => new AnswerEvent(false, piece)).ToAsyncEnumerable(), new ProviderErrors(null, call.Body, time), null));
}
