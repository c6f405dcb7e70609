namespace Bus.Llm.Catalog;

/// <summary>Where the catalog is kept.</summary>
internal interface ICatalogSource
{
    /// <summary>Which there is now.</summary>
    Task<long> Version(CancellationToken cancellation);

    /// <summary>All of it.</summary>
    Task<CatalogSnapshot> Read(CancellationToken cancellation);
}
