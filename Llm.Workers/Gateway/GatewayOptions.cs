using Bus.Contracts;
using Bus.Messaging;
using Microsoft.Extensions.Configuration;

namespace Bus.Llm.Gateway;

/// <summary>What operators may choose of how providers are asked.</summary>
/// <param name="MostAttempts">How many requests a call may become.</param>
/// <param name="Patience">How long providers are waited for.</param>
/// <param name="AnswersAreKept">For how long answers are kept for those who ask the same again; zero: not at all.</param>
internal sealed record GatewayOptions(int MostAttempts, ProviderPatience Patience, TimeSpan AnswersAreKept = default)
{
    /// <summary>Reads the settings.</summary>
    public static GatewayOptions From(IConfiguration settings) => new(
        settings.Number(Limits.LlmAttempts),
        new ProviderPatience(
            TimeSpan.FromSeconds(settings.Number(Limits.LlmConnectSeconds)),
            TimeSpan.FromSeconds(settings.Number(Limits.LlmFirstPieceSeconds)),
            TimeSpan.FromSeconds(settings.Number(Limits.LlmPieceSeconds)),
            TimeSpan.FromSeconds(settings.Number(Limits.LlmAnswerSeconds))),
        TimeSpan.FromSeconds(settings.Number(Limits.LlmCacheSeconds)));
}
