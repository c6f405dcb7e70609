namespace Bus.Bench;

/// <summary>The measurement itself failed; the message says why.</summary>
internal sealed class BenchException(string message) : Exception(message);
