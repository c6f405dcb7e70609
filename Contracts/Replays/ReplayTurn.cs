namespace Bus.Contracts;

/// <summary>Run one turn of a replay. Its outcome is appended to the stream of the replay, and the next turn follows.</summary>
/// <param name="ReplayId">The replay.</param>
/// <param name="SessionId">The session.</param>
/// <param name="Number">The turn's place in the session, from 1.</param>
public sealed record ReplayTurn(Guid ReplayId, Guid SessionId, int Number);

/// <summary>A turn of a replay began. While the model speaks, this is the last event of the replay's stream.</summary>
/// <param name="ReplayId">The replay.</param>
/// <param name="SessionId">The session.</param>
/// <param name="TurnId">The turn of the session.</param>
/// <param name="Number">Its place in the session, from 1.</param>
/// <param name="StartedAt">When.</param>
public sealed record ReplayTurnStarted(Guid ReplayId, Guid SessionId, Guid TurnId, int Number, DateTimeOffset StartedAt);

/// <summary>A model answered a turn of a replay.</summary>
/// <param name="ReplayId">The replay.</param>
/// <param name="SessionId">The session.</param>
/// <param name="TurnId">The turn of the session.</param>
/// <param name="Number">Its place in the session, from 1.</param>
/// <param name="Text">The whole reply.</param>
/// <param name="Provider">Who served the model.</param>
/// <param name="Model">The model, as the provider names it.</param>
/// <param name="FinishReason">A name of <see cref="FinishReasons"/>, or the provider's own word.</param>
/// <param name="Usage">What it took.</param>
/// <param name="Cost">In the base currency; null when no price is known.</param>
/// <param name="Comparison">Beside the recorded reply; null when the turn had none.</param>
/// <param name="StartedAt">When the model was asked.</param>
/// <param name="GeneratedAt">When the reply was complete.</param>
public sealed record TurnReplayed(
    Guid ReplayId,
    Guid SessionId,
    Guid TurnId,
    int Number,
    string Text,
    string Provider,
    string Model,
    string FinishReason,
    Usage Usage,
    decimal? Cost,
    ReplyComparison? Comparison,
    DateTimeOffset StartedAt,
    DateTimeOffset GeneratedAt);

/// <summary>A turn of a replay got no answer, or not to the end; the replay goes on.</summary>
/// <param name="ReplayId">The replay.</param>
/// <param name="SessionId">The session.</param>
/// <param name="TurnId">The turn of the session.</param>
/// <param name="Number">Its place in the session, from 1.</param>
/// <param name="Reason">Why, in words for people.</param>
/// <param name="PartialText">What came before it failed; empty when nothing came.</param>
/// <param name="Provider">Who was asked; empty when nobody was.</param>
/// <param name="Model">Which model was asked; empty when none was.</param>
/// <param name="Usage">What it took all the same.</param>
/// <param name="Cost">In the base currency; null when no price is known.</param>
/// <param name="StartedAt">When the model was asked.</param>
/// <param name="FailedAt">When it failed.</param>
public sealed record ReplayTurnFailed(
    Guid ReplayId,
    Guid SessionId,
    Guid TurnId,
    int Number,
    string Reason,
    string PartialText,
    string Provider,
    string Model,
    Usage Usage,
    decimal? Cost,
    DateTimeOffset StartedAt,
    DateTimeOffset FailedAt);
