namespace Bus.Fakes.Discord;

/// <summary>A connection that is open; the shard is known once there is a session.</summary>
public sealed record FakeConnection(long Number, FakeBot? Bot, int? Shard, string? SessionId, string Path, bool IsCompressed, int RemotePort, string? UserAgent, DateTimeOffset At);

/// <summary>An attempt at a new session: READY, op 9, or the code of the close that it met.</summary>
public sealed record FakeIdentify(DateTimeOffset At, FakeBot? Bot, int Shard, int Shards, Intents Intents, string Outcome, string? SessionId);

/// <summary>An attempt to go on with a session: RESUMED, op 9, or the code of the close that it met.</summary>
public sealed record FakeResume(DateTimeOffset At, FakeBot? Bot, string SessionId, int Sequence, bool IsAtResumeUrl, string Outcome);

/// <summary>A heartbeat, with the number of the last event that the client had.</summary>
public sealed record FakeHeartbeat(DateTimeOffset At, FakeBot? Bot, int? Shard, int? Sequence, long Connection);

/// <summary>A connection that ended: with the code that one side gave, or without any when it broke.</summary>
public sealed record FakeClose(DateTimeOffset At, FakeBot? Bot, int? Code, string? Reason, bool IsByClient, long Connection);
