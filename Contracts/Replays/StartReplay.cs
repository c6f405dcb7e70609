namespace Bus.Contracts;

/// <summary>
/// Run the user's side of a session again, into a stream of its own. Answered by <see cref="ReplayStarted"/> or
/// <see cref="ReplayRefused"/>; nothing of it reaches the people of the session.
/// </summary>
/// <param name="ReplayId">The replay; the id of its stream.</param>
/// <param name="SessionId">The session.</param>
/// <param name="Model">The model to ask, as a person names it; null means the one that answers turns.</param>
/// <param name="Instruction">The system instruction; null means the one that each turn had.</param>
/// <param name="Temperature">0 to 2; null means what each turn had.</param>
/// <param name="Turns">The turns to run again; null means all that have ended.</param>
public sealed record StartReplay(Guid ReplayId, Guid SessionId, string? Model, string? Instruction, double? Temperature, TurnRange? Turns);

/// <summary>A session cannot be replayed as asked; nothing was stored.</summary>
/// <param name="ReplayId">The replay that is not.</param>
/// <param name="SessionId">The session.</param>
/// <param name="Field">What was asked for wrongly: a name of <see cref="ReplayFields"/>.</param>
/// <param name="Reason">Why, in words for people.</param>
public sealed record ReplayRefused(Guid ReplayId, Guid SessionId, string Field, string Reason);

/// <summary>What can be wrong with a replay, as callers name it.</summary>
public static class ReplayFields
{
    /// <summary>The session.</summary>
    public const string Session = "session_id";

    /// <summary>The model.</summary>
    public const string Model = "model";

    /// <summary>The turns.</summary>
    public const string Turns = "turns";
}
