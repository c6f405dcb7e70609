
namespace Bus.Llm.Catalog;

/// <summary>Where the gateway finds the models.</summary>
public interface IModelCatalog
{
    /// <summary>What holds.</summary>
    ValueTask<CatalogSnapshot> Get(CancellationToken cancellation);
}
