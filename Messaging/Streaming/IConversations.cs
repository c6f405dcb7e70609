using Bus.Contracts;
using Bus.Messaging.Access;
using Bus.Messaging.Http;

namespace Bus.Messaging;

/// <summary>Takes in what somebody says in a conversation, and waits for the answer.</summary>
public interface IConversations
{
    /// <summary>Says something, and returns when that is kept: from here on it is answered, whoever still waits.</summary>
    /// <param name="caller">Who says it.</param>
    /// <param name="conversation">Where: the id of a session of theirs, or a name of their own, which begins a conversation when it is new.</param>
    /// <param name="author">What they are called there.</param>
    /// <param name="text">What.</param>
    /// <param name="options">What they ask of the model.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="ProblemException">The message is not as it must be (400), was not taken in (503), or is one too many (429).</exception>
    Task<ITurnWait> Say(Caller caller, string conversation, string author, string text, ModelOptions options, CancellationToken cancellation);
}

/// <summary>A turn that somebody waits for; disposing it ends the wait, not the turn.</summary>
public interface ITurnWait : IDisposable
{
    /// <summary>The turn.</summary>
    Guid TurnId { get; }

    /// <summary>Its deadline has passed, or the process cannot wait longer with its stop.</summary>
    bool IsOver { get; }

    /// <summary>The next <see cref="ReplyChunk"/> or <see cref="TurnEnded"/>; null when nothing came for a while or the turn <see cref="IsOver"/>.</summary>
    Task<object?> Next(TimeSpan patience, CancellationToken cancellation);

    /// <summary>The outcome.</summary>
    /// <exception cref="ProblemException">The deadline passed (504); the answer still lands in the history.</exception>
    Task<TurnEnded> End(CancellationToken cancellation);

    /// <summary>What a caller is told who waited in vain.</summary>
    ProblemException Late();
}
