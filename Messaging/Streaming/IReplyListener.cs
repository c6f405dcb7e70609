using System.Threading.Channels;
using Bus.Contracts;

namespace Bus.Messaging;

/// <summary>Waits for the replies that this process asked for.</summary>
public interface IReplyListener
{
    /// <summary>What to put into <see cref="MessageReceived.ReplyTo"/>.</summary>
    string ReplyTo { get; }

    /// <summary>Begins to wait; call it before the message is published.</summary>
    /// <exception cref="InvalidOperationException">Somebody in this process waits for that turn already.</exception>
    IReplyWait Wait(Guid turnId);
}

/// <summary>One wait; disposing it ends it.</summary>
public interface IReplyWait : IDisposable
{
    /// <summary>What arrives: <see cref="ReplyChunk"/>s, some of which may be missing, then one <see cref="TurnEnded"/>.</summary>
    ChannelReader<object> Pieces { get; }
}
