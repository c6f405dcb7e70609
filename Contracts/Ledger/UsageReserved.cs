using System.Text.Json.Serialization;

namespace Bus.Contracts;

/// <summary>
/// A model is about to be asked: what that may take is put aside. The first event of an attempt in the ledger; a <see cref="UsageSettled"/> follows, whatever becomes
/// of the attempt and of the process that makes it.
/// </summary>
/// <param name="AttemptId">The attempt: one request to one provider.</param>
/// <param name="CallId">What it is an attempt of: several when one provider stood in for another. In a turn it is the attempt of the turn.</param>
/// <param name="Number">Which attempt of the call, from 1.</param>
/// <param name="Owner">Whom it is for, as <see cref="Owners"/> names them.</param>
/// <param name="Via">The credential that it came by: <c>key:…</c>, <c>login:…</c>, or nothing.</param>
/// <param name="Place">The chat that it is for: platform, bot and place, as a path. Not written when it is for none.</param>
/// <param name="SessionId">The session. Not written when there is none.</param>
/// <param name="TurnId">The turn. Not written when there is none.</param>
/// <param name="Purpose">What for: a name of <see cref="Purposes"/>, or the caller's own word.</param>
/// <param name="Asked">The model as the caller named it; nothing when it named none.</param>
/// <param name="Provider">Who is asked.</param>
/// <param name="Model">For which model.</param>
/// <param name="CatalogId">The entry of the catalog. Not written for the built-in model.</param>
/// <param name="ProviderKeyId">The key it is asked with. Not written when it wants none.</param>
/// <param name="InputTokens">Of the prompt, estimated.</param>
/// <param name="OutputTokens">The most that the answer may have, as far as it is known.</param>
/// <param name="Cost">What that would cost, in the base currency. Not written when no price is known.</param>
/// <param name="ReservedAt">When.</param>
public sealed record UsageReserved(
    Guid AttemptId,
    Guid CallId,
    int Number,
    string Owner,
    string Via,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Place,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Guid? SessionId,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Guid? TurnId,
    string Purpose,
    string Asked,
    string Provider,
    string Model,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Guid? CatalogId,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Guid? ProviderKeyId,
    int InputTokens,
    int OutputTokens,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] decimal? Cost,
    DateTimeOffset ReservedAt);

/// <summary>What models are asked for.</summary>
public static class Purposes
{
    /// <summary>A turn of a conversation.</summary>
    public const string Turn = "turn";

    /// <summary>A turn of a replay.</summary>
    public const string Replay = "replay";

    /// <summary>A completion over HTTP.</summary>
    public const string Chat = "chat";

    /// <summary>Vectors of texts.</summary>
    public const string Embeddings = "embeddings";

    /// <summary>Whether a key is good again.</summary>
    public const string Probe = "probe";
}
