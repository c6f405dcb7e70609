namespace Bus.Messaging;

/// <summary>Is told of messages that are parked, so that nobody waits in silence for what they would have set off.</summary>
public interface IParkingListener
{
    /// <summary>A message is in its error queue.</summary>
    /// <param name="body">The message as it came: MassTransit's JSON envelope, or anything else that somebody sent.</param>
    Task Parked(ReadOnlyMemory<byte> body);
}
