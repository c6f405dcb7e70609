namespace Bus.Llm.Catalog;

/// <summary>The catalog, as all processes have it.</summary>
public sealed class ModelCatalog : IModelCatalog
{
    private readonly CatalogSnapshot empty = new(0, [], []);

    /// <summary>What holds.</summary>
    public ValueTask<CatalogSnapshot> Get(CancellationToken cancellation) => ValueTask.FromResult(empty);
}
