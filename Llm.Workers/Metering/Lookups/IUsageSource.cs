using Bus.Contracts;
using Bus.Llm.Catalog;

namespace Bus.Llm.Metering.Lookups;

/// <summary>Tells what a call took, as its provider has counted.</summary>
internal interface IUsageSource
{
    /// <summary>What a call took; null when the provider does not tell, or not yet.</summary>
    /// <param name="model">Who was asked.</param>
    /// <param name="key">With which key; null when with none, or one that is gone.</param>
    /// <param name="callId">What the provider calls the call; else what we do.</param>
    /// <param name="cancellation">Gives up.</param>
    Task<TokenCounts?> Of(LlmModel model, ProviderKey? key, string callId, CancellationToken cancellation);
}
