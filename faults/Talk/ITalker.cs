using System.Collections.Concurrent;

namespace Bus.Faults.Talk;

/// <summary>Somebody who holds one conversation.</summary>
internal interface ITalker : IDisposable
{
    /// <summary>All that was said.</summary>
    ConcurrentQueue<Said> Messages { get; }

    /// <summary>Opens what it talks in.</summary>
    Task Open();

    /// <summary>Talks until told to stop.</summary>
    Task Talk(CancellationToken stop);
}
