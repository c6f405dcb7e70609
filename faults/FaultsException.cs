namespace Bus.Faults;

/// <summary>The run cannot go on, and nothing is proven; the message says why.</summary>
internal sealed class FaultsException(string message) : Exception(message);
