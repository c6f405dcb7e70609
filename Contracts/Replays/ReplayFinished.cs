namespace Bus.Contracts;

/// <summary>All turns of a replay were run: the last event of its stream.</summary>
/// <param name="ReplayId">The replay.</param>
/// <param name="SessionId">The session.</param>
/// <param name="FinishedAt">When.</param>
public sealed record ReplayFinished(Guid ReplayId, Guid SessionId, DateTimeOffset FinishedAt);

/// <summary>A replay went with its session; this is all that is left of its stream.</summary>
/// <param name="ReplayId">The replay.</param>
/// <param name="SessionId">The session that was erased.</param>
/// <param name="ErasedAt">When.</param>
public sealed record ReplayErased(Guid ReplayId, Guid SessionId, DateTimeOffset ErasedAt);
