using Microsoft.Extensions.AI;

namespace Bus.Llm;

/// <summary>Which model answers, and how it is asked.</summary>
/// <param name="Provider">Who serves it: a name of <see cref="ProviderChoice.Names"/>.</param>
/// <param name="Model">The model, as we ask for it.</param>
/// <param name="Client">What asks it.</param>
public sealed record ModelRoute(string Provider, string Model, IChatClient Client) : IDisposable
{
    /// <summary>The route that a choice leads to.</summary>
    public static ModelRoute To(ProviderChoice choice, TimeSpan demoPace, TimeProvider time) => new(
        choice.Provider,
        choice.Model,
        choice.BaseUrl is null ? new DemoChatClient(demoPace, time) : new OpenAIChatClient(choice, time));

    /// <inheritdoc/>
    public void Dispose() => Client.Dispose();
}
