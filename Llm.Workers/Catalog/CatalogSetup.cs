using Bus.Llm.Catalog.Entries;
using Bus.Llm.Catalog.FirstStart;
using Bus.Llm.Catalog.OwnModels;
using Bus.Llm.Catalog.Routing;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Bus.Llm.Catalog;

/// <summary>The catalog of models: read by all who ask models, and changed over HTTP.</summary>
internal static class CatalogSetup
{
    /// <summary>Adds the catalog. It needs the vault.</summary>
    /// <exception cref="InvalidOperationException">A setting is wrong, and named.</exception>
    public static IServiceCollection AddCatalog(this IServiceCollection services, IConfiguration configuration) => services
        .AddSingleton(BaseCurrency.From(configuration))
        .AddSingleton<CatalogReader>()
        .AddSingleton(provider => new ModelCatalog(
            provider.GetRequiredService<CatalogReader>(), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<ModelCatalog>>()))
        .AddSingleton<EntryStore>()
        .AddSingleton<EntryAnswers>()
        .AddSingleton<RouteStore>()
        .AddSingleton<OwnConfigs>()
        .AddSingleton<EnvironmentImport>()
        .AddHostedService<FirstCatalog>();

    /// <summary>Maps the endpoints.</summary>
    public static void MapCatalog(this IEndpointRouteBuilder routes)
    {
        routes.MapEntriesApi();
        routes.MapRoutesApi();
        routes.MapConfigApi();
    }
}
