using Microsoft.Extensions.Configuration;

namespace Bus.Llm;

/// <summary>
/// Who serves the model, by the settings. The first of these that is set wins: <c>LLM_API_URL</c>,
/// <c>OPENROUTER_API_KEY</c>, <c>OPENAI_API_KEY</c>, <c>DEEPSEEK_API_KEY</c>, <c>OLLAMA_HOST</c>; with none, the built-in
/// demo model. <c>LLM_PROVIDER</c> names one of them outright. OpenRouter comes before OpenAI because a key of OpenAI is
/// also set for embeddings alone.
/// </summary>
/// <param name="Provider">A name of <see cref="Names"/>.</param>
/// <param name="Model">The model to ask for.</param>
/// <param name="BaseUrl">Where, up to and without <c>/chat/completions</c>; null for the demo model.</param>
/// <param name="Key">The provider's key; null when it wants none.</param>
public sealed record ProviderChoice(string Provider, string Model, Uri? BaseUrl = null, string? Key = null)
{
    /// <summary>What <c>LLM_PROVIDER</c> may be.</summary>
    public static IReadOnlyList<string> Names { get; } = ["custom", "openrouter", "openai", "deepseek", "ollama", "demo"];

    /// <summary>What the settings say; throws <see cref="LlmSettingException"/> when they contradict themselves.</summary>
    public static ProviderChoice From(IConfiguration settings) =>
        Of(settings.Text("LLM_PROVIDER")?.ToLowerInvariant() ?? FirstSet(settings), settings);

    /// <summary>What the settings say of one provider; throws <see cref="LlmSettingException"/> when it is not set up.</summary>
    public static ProviderChoice Of(string provider, IConfiguration settings) =>
        provider switch
        {
            "custom" => Custom(settings),
            "openrouter" => Known(settings, "openrouter", "https://openrouter.ai/api/v1", "google/gemini-2.5-flash"),
            "openai" => Known(settings, "openai", "https://api.openai.com/v1", "gpt-4o-mini"),
            "deepseek" => Known(settings, "deepseek", "https://api.deepseek.com/v1", "deepseek-chat"),
            "ollama" => Ollama(settings),
            "demo" => new ProviderChoice("demo", "demo"),
            _ => throw new LlmSettingException("LLM_PROVIDER", $"must be one of {string.Join(", ", Names)}."),
        };

    /// <summary>Without the key.</summary>
    public override string ToString() => $"{Provider}/{Model}";

    private static string FirstSet(IConfiguration settings) =>
        settings.Text("LLM_API_URL") is not null ? "custom"
        : settings.Text("OPENROUTER_API_KEY") is not null ? "openrouter"
        : settings.Text("OPENAI_API_KEY") is not null ? "openai"
        : settings.Text("DEEPSEEK_API_KEY") is not null ? "deepseek"
        : settings.Text("OLLAMA_HOST") is not null ? "ollama"
        : "demo";

    private static ProviderChoice Custom(IConfiguration settings) => new(
        "custom",
        settings.Text("LLM_MODEL") ?? throw new LlmSettingException("LLM_MODEL", "must name the model to ask LLM_API_URL for."),
        settings.BaseUrl("LLM_API_URL") ?? throw new LlmSettingException("LLM_API_URL", "must be set when LLM_PROVIDER is custom."),
        settings.Key("LLM_API_KEY"));

    private static ProviderChoice Known(IConfiguration settings, string provider, string baseUrl, string model)
    {
        var prefix = provider.ToUpperInvariant();
        return new ProviderChoice(
            provider,
            settings.Text($"{prefix}_MODEL") ?? model,
            settings.BaseUrl($"{prefix}_BASE_URL") ?? new Uri(baseUrl),
            settings.Key($"{prefix}_API_KEY")
                ?? throw new LlmSettingException($"{prefix}_API_KEY", $"must be set when LLM_PROVIDER is {provider}."));
    }

    private static ProviderChoice Ollama(IConfiguration settings) => new(
        "ollama",
        settings.Text("OLLAMA_MODEL") ?? "llama3.2",
        OllamaHost.ToBaseUrl(settings.Text("OLLAMA_HOST") ?? "127.0.0.1"));
}
