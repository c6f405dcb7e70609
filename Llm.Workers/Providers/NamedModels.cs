using System.Collections.Concurrent;
using Bus.Contracts;
using Microsoft.Extensions.Configuration;

namespace Bus.Llm;

/// <summary>
/// The model that a person names, for a place or for a replay: a model of the provider that answers turns (<c>gpt-4o</c>), a provider that is
/// set up beside it (<c>deepseek</c>, <c>demo</c>), or a model of that (<c>ollama:llama3.2:3b</c>).
/// </summary>
/// <param name="usual">What answers turns.</param>
/// <param name="settings">How the other providers are set up.</param>
/// <param name="open">Opens the way to another provider.</param>
internal sealed class NamedModels(ModelRoute usual, IConfiguration settings, Func<ProviderChoice, ModelRoute> open) : IDisposable
{
    private readonly ConcurrentDictionary<string, Lazy<ModelRoute>> others = new(StringComparer.Ordinal);

    /// <summary>The route to a model; that of turns when none is named.</summary>
    /// <exception cref="ModelRefusedException">The provider is not set up, or has no such model as far as we know.</exception>
    public ModelRoute Route(string? named)
    {
        if (named is null)
            return usual;
        // Colons are part of many models' names: only what stands before the first one, and is a provider of ours, is one.
        var prefix = named.Split(':')[0];
        var provider = ProviderChoice.Names.FirstOrDefault(name => name.Equals(prefix, StringComparison.OrdinalIgnoreCase));
        var route = provider is null || provider == usual.Provider ? usual : Other(provider);
        var model = provider is null ? named : named[prefix.Length..].TrimStart(':');
        if (model.Length == 0 || model == route.Model)
            return route;
        if (route.Provider == Cost.FreeProvider)
            throw Refused($"The demo provider has no model '{model}'. Other models need a provider that is set up (see .env.example).");
        return route with { Model = model };
    }

    public void Dispose()
    {
        foreach (var other in others.Values.Where(other => other.IsValueCreated))
            other.Value.Dispose();
    }

    private ModelRoute Other(string provider)
    {
        try
        {
            var choice = ProviderChoice.Of(provider, settings);
            return others.GetOrAdd(provider, _ => new Lazy<ModelRoute>(() => open(choice))).Value;
        }
        catch (LlmSettingException missing)
        {
            throw Refused($"The provider {provider} is not set up: {missing.Setting} is missing or wrong.");
        }
    }

    private static ModelRefusedException Refused(string reason) => new(reason);
}

/// <summary>There is no such model, as far as we know.</summary>
/// <param name="reason">Why, in words for people.</param>
internal sealed class ModelRefusedException(string reason) : Exception(reason);
