using Bus.Contracts;
using Bus.Events;
using Bus.Messaging.Http;
using Microsoft.AspNetCore.Http;

namespace Bus.Messaging.Access;

/// <summary>
/// The sessions that callers name, if they may have them. What somebody may not see does not exist for them; what operators see or
/// do of others is recorded before they have it.
/// </summary>
/// <param name="log">The log.</param>
/// <param name="audit">Where it is recorded.</param>
/// <param name="refusals">Who is not let in.</param>
public sealed class SessionAccess(EventStore log, IAudit audit, Refusals refusals)
{
    private const int AuthorIsKnownAt = 2;

    /// <summary>A session that somebody wants to talk in: their own.</summary>
    /// <param name="field">How the caller names it.</param>
    /// <param name="sessionId">The session.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="ProblemException">There is none, or not any more, or not for them (404); or they may only look (403).</exception>
    public async Task<SessionStarted> ToTalk(string field, Guid sessionId, Caller caller, CancellationToken cancellation)
    {
        var (session, owner) = await Find(field, sessionId, caller, cancellation);
        if (caller.Owns(owner))
            return session;
        refusals.Count("owner");
        throw new ProblemException(StatusCodes.Status403Forbidden, "Only its owner talks in this conversation.", field);
    }

    /// <summary>A session of somebody's own; null when there is none, or it is not theirs.</summary>
    public async Task<SessionStarted?> Own(Guid sessionId, Caller caller, CancellationToken cancellation) =>
        await Read(sessionId, cancellation) is var (session, owner) && caller.Owns(owner) ? session : null;

    /// <summary>A session that somebody wants to read.</summary>
    /// <param name="field">How the caller names it.</param>
    /// <param name="sessionId">The session.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="what">What of it, for the record: <c>history</c>.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="ProblemException">There is none, or not any more, or not for them (404).</exception>
    public async Task<SessionStarted> ToRead(string field, Guid sessionId, Caller caller, string what, CancellationToken cancellation)
    {
        var (session, owner) = await Find(field, sessionId, caller, cancellation);
        if (!caller.Owns(owner))
            await Record(AuditActions.ContentViewed, sessionId, caller, what, cancellation);
        return session;
    }

    /// <summary>A session that somebody wants to stop, close, run again or remove.</summary>
    /// <inheritdoc cref="ToRead" path="/param"/>
    /// <exception cref="ProblemException">There is none, or not any more, or not for them (404); or they may only look (403).</exception>
    public async Task<SessionStarted> ToManage(string field, Guid sessionId, Caller caller, string what, CancellationToken cancellation)
    {
        var (session, owner) = await Find(field, sessionId, caller, cancellation);
        if (caller.Owns(owner))
            return session;
        if (!caller.May(Permissions.ManageConversations))
        {
            refusals.Count("owner");
            throw new ProblemException(StatusCodes.Status403Forbidden, $"This needs the permission {Permissions.ManageConversations}: the conversation is not yours.", field);
        }

        await Record(AuditActions.ConversationManaged, sessionId, caller, what, cancellation);
        return session;
    }

    private async Task<(SessionStarted Session, string? Owner)> Find(string field, Guid sessionId, Caller caller, CancellationToken cancellation)
    {
        if (await Read(sessionId, cancellation) is var (session, owner))
        {
            if (caller.Owns(owner) || caller.May(Permissions.ReadAllConversations) || caller.May(Permissions.ManageConversations))
                return (session, owner);
            refusals.Count("owner");
        }

        throw ProblemException.NotFound(field, $"The session {sessionId}");
    }

    private async Task<(SessionStarted Session, string? Owner)?> Read(Guid sessionId, CancellationToken cancellation)
    {
        var first = await log.Read(sessionId, 1, AuthorIsKnownAt, cancellation);
        return first is [{ Data: SessionStarted session }, ..]
            ? (session, Owners.Of(session.Origin, (first.ElementAtOrDefault(1)?.Data as MessageReceived)?.Author))
            : null;
    }

    private Task Record(string action, Guid sessionId, Caller caller, string what, CancellationToken cancellation) =>
        audit.Record(caller.Actor.Did(action, $"session:{sessionId}", after: $"\"{what}\""), cancellation);
}
