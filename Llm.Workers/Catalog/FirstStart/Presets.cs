using Bus.Llm.Catalog.Entries;
using Bus.Llm.Vault;

namespace Bus.Llm.Catalog.FirstStart;

/// <summary>
/// Examples that a new catalog has, switched off: those of the contract (C-24, C-25), and well-known providers, for which only a key is missing. They
/// have no prices: those change, and a wrong one is worse than none.
/// </summary>
internal static class Presets
{
    private static readonly Preset[] All =
    [
        new("CodeGeex 4", "codegeex", "codegeex4-all-9b", "http://111.19.168.151:11551/v1", Key: "codegeex", AllowsOthers: false),
        new("GLM-4 32B", "glm", "glm4_32B_chat", "http://111.19.168.151:11553/v1", Key: "glm432b", AllowsOthers: false),
        new("OpenAI", "openai", "gpt-4o-mini", "https://api.openai.com/v1", Vision: true),
        new("OpenRouter", "openrouter", "google/gemini-2.5-flash", "https://openrouter.ai/api/v1", Vision: true, UsageUrl: OpenRouterUsage),
        new("DeepSeek", "deepseek", "deepseek-chat", "https://api.deepseek.com/v1"),
        new("Anthropic", "anthropic", "claude-sonnet-4-5", "https://api.anthropic.com/v1", Vision: true),
        new("Google", "google", "gemini-2.5-flash", "https://generativelanguage.googleapis.com/v1beta/openai", Vision: true),
        new("Mistral", "mistral", "mistral-small-latest", "https://api.mistral.ai/v1"),
        new("Groq", "groq", "llama-3.3-70b-versatile", "https://api.groq.com/openai/v1"),
        new("xAI", "xai", "grok-4", "https://api.x.ai/v1"),
        new("Together", "together", "meta-llama/Llama-3.3-70B-Instruct-Turbo", "https://api.together.xyz/v1"),
        new("Fireworks", "fireworks", "accounts/fireworks/models/llama-v3p3-70b-instruct", "https://api.fireworks.ai/inference/v1"),
        new("Cohere", "cohere", "command-a-03-2025", "https://api.cohere.ai/compatibility/v1"),
        new("Ollama on this machine", "ollama", "llama3.2", "http://127.0.0.1:11434/v1", Auth: AuthTypes.None),
    ];

    /// <summary>Where OpenRouter tells what a call took.</summary>
    public const string OpenRouterUsage = "https://openrouter.ai/api/v1/generation?id={id}";

    /// <summary>The examples as entries.</summary>
    /// <param name="vault">Seals the keys that they have; where it cannot, they have none.</param>
    /// <param name="now">When.</param>
    public static IEnumerable<Entry> Entries(KeyVault vault, DateTimeOffset now) => All.Select(preset => Entry.New(Guid.CreateVersion7(now), now) with
    {
        Name = preset.Name,
        Provider = preset.Provider,
        ModelId = preset.ModelId,
        BaseUrl = preset.BaseUrl,
        Status = ModelStatuses.Disabled,
        AuthType = preset.Auth,
        Keys = preset.Key is not null && vault.CanSeal ? [StoredKey.Of(preset.Key, vault, owner: null, preset.BaseUrl, Guid.CreateVersion7(now))] : [],
        SupportsVision = preset.Vision,
        AllowsOtherModels = preset.AllowsOthers,
        UsageUrl = preset.UsageUrl,
        Description = "An example: change what differs, give it a key, and enable it.",
    });

    private sealed record Preset(
        string Name, string Provider, string ModelId, string BaseUrl, string? Key = null, bool Vision = false, bool AllowsOthers = true, string Auth = AuthTypes.ApiKey, string? UsageUrl = null);
}
