namespace Bus.Messaging;

/// <summary>A saga that appends to a stream. When somebody else has appended to it, the saga goes on from there.</summary>
public interface IHaveStream
{
    /// <summary>The stream; null when there is none now.</summary>
    Guid? StreamId { get; }

    /// <summary>The version that the saga takes the stream to have.</summary>
    long StreamVersion { get; set; }
}
