namespace Bus.Llm.Metering.Limiting;

/// <summary>Says that limits are near or reached.</summary>
internal sealed class LimitAlerts
{
    /// <summary>There is something to say.</summary>
    public bool IsToTell { get; private set; }

    /// <summary>There is something to say.</summary>
    public void Tell() => IsToTell = true;
}
