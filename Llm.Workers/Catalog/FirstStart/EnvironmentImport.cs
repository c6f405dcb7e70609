using Bus.Contracts;
using Bus.Events;
using Bus.Llm.Catalog.Entries;
using Bus.Llm.Catalog.Routing;
using Bus.Llm.Vault;
using Bus.Messaging.Access;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Bus.Llm.Catalog.FirstStart;

/// <summary>
/// Takes the providers that the environment has into the catalog, each once (contract, X-6). After that the catalog is the only source: keys are
/// changed there, and what was removed stays away.
/// </summary>
internal sealed partial class EnvironmentImport(
    IConfiguration configuration, EntryStore entries, KeyVault vault, IAudit audit, TimeProvider time, ILogger<EnvironmentImport> log)
{
    private const string DefaultName = "default";

    private static readonly Actor Environment = new("environment", "environment", "");
    private static readonly Guid Imported = new("5a0c8f5e-8f0e-5b53-9a3f-6f6f1d2c7e02");

    /// <summary>Imports what was not yet, in the open transaction of a connection.</summary>
    /// <exception cref="InvalidOperationException">A key cannot be kept, or what answers makes no sense.</exception>
    public async Task Run(NpgsqlConnection connection, Imports imports, CancellationToken cancellation)
    {
        var chosen = ProviderChoice.Chosen(configuration);
        foreach (var provider in ProviderChoice.Names.Where(provider => provider == chosen || ProviderChoice.IsSetUp(provider, configuration)))
        {
            if (provider == Cost.FreeProvider)
                continue;
            var setting = ProviderChoice.SettingOf(provider);
            if (imports.At($"env:{provider}") is { } at)
                LogImportedBefore(setting, at);
            else if (Choice(provider, isChosen: provider == chosen) is { } choice)
                await Import(connection, imports, choice, cancellation);
        }

        await SetDefault(connection, imports, chosen, cancellation);
    }

    /// <summary>What the environment says of a provider; null where that makes no sense and another answers.</summary>
    private ProviderChoice? Choice(string provider, bool isChosen)
    {
        try
        {
            return ProviderChoice.Of(provider, configuration);
        }
        catch (LlmSettingException wrong) when (!isChosen)
        {
            LogNotImported(provider, wrong.Message);
            return null;
        }
    }

    private async Task Import(NpgsqlConnection connection, Imports imports, ProviderChoice choice, CancellationToken cancellation)
    {
        var (setting, now, baseUrl) = (ProviderChoice.SettingOf(choice.Provider), time.KeptNow(), choice.BaseUrl!.AbsoluteUri);
        await entries.Insert(connection, Entry.New(IdOf(choice.Provider), now) with
        {
            Name = $"{choice.Model} ({choice.Provider})",
            ModelId = choice.Model,
            Provider = choice.Provider,
            Description = "Imported from the environment.",
            BaseUrl = baseUrl,
            AuthType = choice.Key is null ? AuthTypes.None : AuthTypes.ApiKey,
            Keys = choice.Key is null ? [] : [Sealed(choice.Provider, choice.Key, baseUrl, now)],
            SupportsVision = true, // nobody has said that it does not
            AllowsOtherModels = true,
            UsageUrl = Presets.OpenRouterUsage.StartsWith($"{baseUrl}/", StringComparison.Ordinal) ? Presets.OpenRouterUsage : null,
        }, Environment, cancellation);
        await imports.Remember(connection, $"env:{choice.Provider}", now, cancellation);
        LogImported(setting, choice.Provider, choice.Model);
    }

    /// <summary>Who names no model is answered by the provider that the environment chooses, unless somebody has decided otherwise.</summary>
    private async Task SetDefault(NpgsqlConnection connection, Imports imports, string chosen, CancellationToken cancellation)
    {
        if (imports.At(DefaultName) is not null)
            return;
        var now = time.KeptNow();
        if (await Exists(connection, "select 1 from llm_routes where name = $1", Route.Default, cancellation))
        {
            await imports.Remember(connection, DefaultName, now, cancellation);
            return;
        }

        if (!await Exists(connection, "select 1 from llm_models where id = $1", IdOf(chosen), cancellation))
            return;
        await RouteStore.Write(connection, Route.Default, RouteModes.Ordered, [new StoredTarget(IdOf(chosen), 1)], now, cancellation);
        await imports.Remember(connection, DefaultName, now, cancellation);
        await audit.Record(connection, Environment.Did(AuditActions.RouteChanged, $"route:{Route.Default}", after: CatalogJson.Write(new { targets = new[] { IdOf(chosen) } })), cancellation);
    }

    private StoredKey Sealed(string provider, string key, string baseUrl, DateTimeOffset now) => vault.CanSeal
        ? StoredKey.Of(key, vault, owner: null, baseUrl, Guid.CreateVersion7(now))
        : throw new InvalidOperationException(
            $"{ProviderChoice.KeySettingOf(provider)} of the environment belongs into the database, and there is nothing to encrypt it with: set JWT_SECRET (32 characters or more) or BUS_MASTER_KEYS.");

    private static async Task<bool> Exists(NpgsqlConnection connection, string sql, object value, CancellationToken cancellation)
    {
        await using var command = connection.Statement(sql, value);
        return await command.ExecuteScalarAsync(cancellation) is not null;
    }

    private static Guid IdOf(string provider) => Ids.From(Imported, provider);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Setting} of the environment was imported into the catalog: {Provider}, model {Model}. From now on it is changed there")]
    private partial void LogImported(string setting, string provider, string model);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Setting} of the environment was imported at {At:u} and is not read any more")]
    private partial void LogImportedBefore(string setting, DateTimeOffset at);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The provider {Provider} of the environment is not imported: {Reason}")]
    private partial void LogNotImported(string provider, string reason);
}
