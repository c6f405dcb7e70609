using Bus.Contracts;
using Bus.Events;
using Bus.Messaging.Http;

namespace Bus.Ingress.Http;

/// <summary>Finds the conversation of a session that a caller names.</summary>
internal sealed class SessionLookup(EventStore log)
{
    /// <exception cref="ProblemException">There is no such session, or not any more (404).</exception>
    public async Task<SessionStarted> Find(string field, Guid sessionId, CancellationToken cancellation)
    {
        var first = await log.Read(sessionId, 1, 1, cancellation);
        return first is [{ Data: SessionStarted session }] ? session : throw ProblemException.NotFound(field, $"The session {sessionId}");
    }
}
