using Bus.Llm.Catalog;

namespace Bus.Llm;

/// <summary>Shows a provider the key that it wants.</summary>
internal static class ShownKey
{
    /// <summary>Adds the header for it; none when there is no key.</summary>
    public static void Show(this HttpRequestMessage request, LlmModel model, ProviderKey? key)
    {
        if (key?.Secret is not { } secret)
            return;
        var (name, value) = model.AuthType switch
        {
            AuthTypes.XApiKey => ("x-api-key", secret),
            AuthTypes.Azure => ("api-key", secret),
            _ => ("Authorization", $"Bearer {secret}"),
        };
        request.Headers.TryAddWithoutValidation(name, value);
    }
}
