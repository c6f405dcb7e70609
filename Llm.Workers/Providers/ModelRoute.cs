using Microsoft.Extensions.AI;

namespace Bus.Llm;

/// <summary>Which model is to answer, and how it is asked.</summary>
/// <param name="Provider">Who serves it, as long as nobody stands in.</param>
/// <param name="Model">The model, as we ask for it.</param>
/// <param name="Client">What asks it.</param>
/// <param name="Server">Where it is; null for the built-in model.</param>
public sealed record ModelRoute(string Provider, string Model, IChatClient Client, Uri? Server = null);
