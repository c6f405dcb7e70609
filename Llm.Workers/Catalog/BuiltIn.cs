using Bus.Contracts;

namespace Bus.Llm.Catalog;

/// <summary>What needs no entry in the catalog.</summary>
public static class BuiltIn
{
    /// <summary>The model that answers while there is no other, and by its name.</summary>
    public static LlmModel Demo { get; } = new(
        Guid.Empty, Cost.FreeProvider, Cost.FreeProvider, Cost.FreeProvider, ModelTypes.Text, "Answers without a provider.", ModelStatuses.Enabled, null,
        AuthTypes.None, KeyModes.First, [], false, null, null, [new PriceOfTheDay(DateTimeOffset.UnixEpoch, "USD", 0, 0, null, null, 1)], null, null, false, null, null,
        DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch);
}

/// <summary>What models are for (contract, L-21).</summary>
public static class ModelTypes
{
    /// <summary>Texts; what an entry is for that says nothing else.</summary>
    public const string Text = "生文";
}
