using Bus.Contracts;
using Bus.Llm.Catalog;
using Bus.Llm.Vault;
using Microsoft.Extensions.Configuration;

namespace Bus.Tests.Gateway;

/// <summary>Catalogs that tests make up.</summary>
internal static class Catalogs
{
    /// <summary>What a deployment encrypts with.</summary>
    public const string Secret = "the-secret-of-the-gateway-tests-4711";

    private static readonly Guid Entries = new("11111111-2222-5333-8444-555555555555");

    public static KeyVault Vault(string? secret = Secret) => new(MasterKeys.From(Settings(("JWT_SECRET", secret))));

    public static IConfiguration Settings(params IEnumerable<(string Name, string? Value)> settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Name, setting.Value))).Build();

    /// <summary>An entry, from <c>provider model</c> and words: <c>off</c>, <c>inactive</c>, <c>others</c>, <c>key</c>, <c>own</c>, <c>name=…</c>.</summary>
    public static LlmModel Model(string text, Guid? owner = null)
    {
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return new LlmModel(
            Id(text), words.FirstOrDefault(word => word.StartsWith("name=", StringComparison.Ordinal))?[5..] ?? text, words[1], words[0], ModelTypes.Text, "",
            words.Contains("off") ? ModelStatuses.Disabled : words.Contains("inactive") ? ModelStatuses.Inactive : ModelStatuses.Enabled,
            new Uri("http://provider:1/v1"), AuthTypes.ApiKey, KeyModes.First,
            words.Contains("key") ? [new ProviderKey(Guid.Empty, "sk-x", "sk-…", ModelStatuses.Enabled, 1, null, null)] : [],
            false, null, null, [], null, null, words.Contains("others"), null, words.Contains("own") ? owner : null, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch);
    }

    /// <summary>What <see cref="Model"/> calls an entry.</summary>
    public static Guid Id(string text) => Ids.From(Entries, text);

    /// <summary>A route to entries.</summary>
    public static Route Route(string name, params IEnumerable<string> models) => new(name, RouteModes.Ordered, [.. models.Select(model => new RouteTarget(Id(model), 1))]);

    /// <summary>Targets as <c>provider asked-for</c>.</summary>
    public static string Told(this IEnumerable<Target> targets) => string.Join(", ", targets.Select(target => $"{target.Model.Provider} {target.Name}"));
}
