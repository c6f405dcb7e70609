using System.Text.Json.Serialization;

namespace Bus.Ingress.Delivery;

/// <summary>
/// What has been done to bring an answer to a platform, kept before and after each call to it (docs/telegram.md). While the model speaks, one
/// process shows what there is; then one process, perhaps another, brings the end.
/// </summary>
internal sealed record DeliveryState
{
    /// <summary>Nothing was done.</summary>
    public static readonly DeliveryState None = new();

    /// <summary>Somebody may be in a call that shows an unfinished answer, until then at the latest.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? FrameUntil { get; init; }

    /// <summary>Since when a new message may have been sent whose id nobody knows yet, and the unfinished answer is in it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? LiveBegunAt { get; init; }

    /// <summary>The message in which the unfinished answer is shown.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? LiveId { get; init; }

    /// <summary>The unfinished answer may be in a message whose id nobody knows.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsLiveLost { get; init; }

    /// <summary>The end has begun: no unfinished answer is shown any more.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsFinal { get; init; }

    /// <summary>Who brings the end.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Guid? Owner { get; init; }

    /// <summary>Until when nobody else may.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? OwnerUntil { get; init; }

    /// <summary>The messages that make up the answer, in order, as far as they were begun.</summary>
    public IReadOnlyList<SentPart> Parts { get; init; } = [];

    /// <summary>Why people do not have it, or not all of it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Undelivered { get; init; }

    /// <summary>What it answers was deleted, and so is the answer.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsRetracted { get; init; }

    /// <summary>There is nothing left to do.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsDone { get; init; }

    /// <summary>The messages that are there.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> Ids => [.. Parts.Select(part => part.Id).OfType<string>()];

    /// <summary>How many messages people may see twice.</summary>
    [JsonIgnore]
    public int PossibleRepeats => Parts.Count(part => part.IsPossibleRepeat) + (IsLiveLost ? 1 : 0);

    /// <summary>A part has another state.</summary>
    public DeliveryState With(int number, SentPart part) => this with
    {
        Parts = number < Parts.Count ? [.. Parts.Take(number), part, .. Parts.Skip(number + 1)] : [.. Parts, part],
    };
}

/// <summary>A message of an answer.</summary>
/// <param name="Id">The platform's own id of it; null while the call that sends it has not come back, or when nobody knows.</param>
/// <param name="BegunAt">When the call that sends it may have been made first; null when it has come back.</param>
/// <param name="IsPossibleRepeat">It may have been sent before; nobody lived to hear.</param>
internal sealed record SentPart(
    string? Id,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? BegunAt = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool IsPossibleRepeat = false);
