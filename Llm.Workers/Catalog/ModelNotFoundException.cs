namespace Bus.Llm.Catalog;

/// <summary>A name leads to no model that may be asked.</summary>
/// <param name="reason">Why, in words for people.</param>
/// <param name="isSwitchedOff">There is one, and it is not in use.</param>
public sealed class ModelNotFoundException(string reason, bool isSwitchedOff) : Exception(reason)
{
    /// <summary>There is one, and it is not in use; false: there is none.</summary>
    public bool IsSwitchedOff { get; } = isSwitchedOff;
}
