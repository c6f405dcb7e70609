using System.Text.Json.Serialization;

namespace Bus.Contracts;

/// <summary>
/// Somebody changed something that matters, or read what is somebody else's: an entry of the audit stream. Each holds the hash of the
/// one before it, so that none can be changed or taken out unseen.
/// </summary>
/// <param name="Number">Its place in the stream, from 1.</param>
/// <param name="At">When, in whole milliseconds.</param>
/// <param name="Actor">Who: <c>user:…</c>, <c>local</c>, <c>telegram:…</c>, <c>discord:…</c>, or <c>cli</c>.</param>
/// <param name="ActorName">What they were called then.</param>
/// <param name="Via">By what: <c>login:…</c>, <c>key:…</c>, or nothing.</param>
/// <param name="Action">What they did: <c>user.approved</c>, <c>content.viewed</c>.</param>
/// <param name="Subject">To what: <c>user:…</c>, <c>session:…</c>, <c>settings</c>.</param>
/// <param name="Before">What was there before, as JSON. Not written when nothing was.</param>
/// <param name="After">What is there now, as JSON. Not written when nothing is.</param>
/// <param name="Previous">The hash of the entry before; <see cref="AuditChain.NoHash"/> in the first.</param>
/// <param name="Hash">The hash of this one, from <see cref="AuditChain.HashOf"/>.</param>
public sealed record Audited(
    long Number,
    DateTimeOffset At,
    string Actor,
    string ActorName,
    string Via,
    string Action,
    string Subject,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Before,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? After,
    string Previous,
    string Hash);
