using Microsoft.Extensions.Configuration;

namespace Bus.Llm;

/// <summary>
/// Who serves the model, by the settings. The first of these that is set wins: <c>LLM_API_URL</c>,
/// <c>OPENROUTER_API_KEY</c>, <c>OPENAI_API_KEY</c>, <c>DEEPSEEK_API_KEY</c>, <c>GOOGLE_API_KEY</c>, <c>ANTHROPIC_API_KEY</c>,
/// <c>OLLAMA_HOST</c>; with none, the built-in demo model. <c>LLM_PROVIDER</c> names one of them outright. OpenRouter comes
/// before OpenAI because a key of OpenAI is also set for embeddings alone.
/// </summary>
/// <param name="Provider">A name of <see cref="Names"/>.</param>
/// <param name="Model">The model to ask for.</param>
/// <param name="BaseUrl">Where, up to and without <c>/chat/completions</c>; null for the demo model.</param>
/// <param name="Key">The provider's key; null when it wants none.</param>
public sealed record ProviderChoice(string Provider, string Model, Uri? BaseUrl = null, string? Key = null)
{
    /// <summary>What <c>LLM_PROVIDER</c> may be.</summary>
    public static IReadOnlyList<string> Names { get; } = ["custom", "openrouter", "openai", "deepseek", "google", "anthropic", "ollama", "demo"];

    /// <summary>What the settings say; throws <see cref="LlmSettingException"/> when they contradict themselves.</summary>
    public static ProviderChoice From(IConfiguration settings) => Of(Chosen(settings), settings);

    /// <summary>The provider that the settings choose, by its name alone.</summary>
    /// <exception cref="LlmSettingException">There is no such provider.</exception>
    public static string Chosen(IConfiguration settings)
    {
        var chosen = settings.Text("LLM_PROVIDER")?.ToLowerInvariant() ?? Names.First(provider => IsSetUp(provider, settings));
        return Names.Contains(chosen) ? chosen : throw Unknown();
    }

    /// <summary>The setting that is there when a provider is set up.</summary>
    public static string SettingOf(string provider) => provider switch
    {
        "custom" => "LLM_API_URL",
        "ollama" => "OLLAMA_HOST",
        "demo" => "LLM_PROVIDER",
        _ => KeySettingOf(provider),
    };

    /// <summary>The setting that has the key of a provider.</summary>
    public static string KeySettingOf(string provider) => provider == "custom" ? "LLM_API_KEY" : $"{provider.ToUpperInvariant()}_API_KEY";

    /// <summary>A provider is set up; the demo model always is.</summary>
    public static bool IsSetUp(string provider, IConfiguration settings) => provider == "demo" || settings.Text(SettingOf(provider)) is not null;

    /// <summary>What the settings say of one provider; throws <see cref="LlmSettingException"/> when it is not set up.</summary>
    public static ProviderChoice Of(string provider, IConfiguration settings) =>
        provider switch
        {
            "custom" => Custom(settings),
            "openrouter" => Known(settings, "openrouter", "https://openrouter.ai/api/v1", "google/gemini-2.5-flash"),
            "openai" => Known(settings, "openai", "https://api.openai.com/v1", "gpt-4o-mini"),
            "deepseek" => Known(settings, "deepseek", "https://api.deepseek.com/v1", "deepseek-chat"),
            "google" => Known(settings, "google", "https://generativelanguage.googleapis.com/v1beta/openai", "gemini-2.5-flash"),
            "anthropic" => Known(settings, "anthropic", "https://api.anthropic.com/v1", "claude-sonnet-4-5"),
            "ollama" => Ollama(settings),
            "demo" => new ProviderChoice("demo", "demo"),
            _ => throw Unknown(),
        };

    /// <summary>Without the key.</summary>
    public override string ToString() => $"{Provider}/{Model}";

    private static LlmSettingException Unknown() => new("LLM_PROVIDER", $"must be one of {string.Join(", ", Names)}.");

    private static ProviderChoice Custom(IConfiguration settings) => new(
        "custom",
        settings.Text("LLM_MODEL") ?? throw new LlmSettingException("LLM_MODEL", "must name the model to ask LLM_API_URL for."),
        settings.BaseUrl("LLM_API_URL") ?? throw new LlmSettingException("LLM_API_URL", "must be set when LLM_PROVIDER is custom."),
        settings.Key("LLM_API_KEY"));

    private static ProviderChoice Known(IConfiguration settings, string provider, string baseUrl, string model)
    {
        var (prefix, key) = (provider.ToUpperInvariant(), KeySettingOf(provider));
        return new ProviderChoice(
            provider,
            settings.Text($"{prefix}_MODEL") ?? model,
            settings.BaseUrl($"{prefix}_BASE_URL") ?? new Uri(baseUrl),
            settings.Key(key) ?? throw new LlmSettingException(key, $"must be set when LLM_PROVIDER is {provider}."));
    }

    private static ProviderChoice Ollama(IConfiguration settings) => new(
        "ollama",
        settings.Text("OLLAMA_MODEL") ?? "llama3.2",
        OllamaHost.ToBaseUrl(settings.Text("OLLAMA_HOST") ?? "127.0.0.1"));
}
