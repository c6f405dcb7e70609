using System.Text.Json;

namespace Bus.Llm.Catalog;

/// <summary>How parts of the catalog are kept as JSON, and shown.</summary>
internal static class CatalogJson
{
    public static readonly JsonSerializerOptions Options = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static string Write<T>(T value) => JsonSerializer.Serialize(value, Options);

    public static T Read<T>(string json) => JsonSerializer.Deserialize<T>(json, Options)!;
}
