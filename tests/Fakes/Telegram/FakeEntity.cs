namespace Bus.Fakes.Telegram;

/// <summary>A part of a text that means more than its letters; offset and length are in UTF-16 units.</summary>
public sealed record FakeEntity(string Type, int Offset, int Length)
{
    public string? Url { get; init; }

    public string? Language { get; init; }

    public FakeUser? User { get; init; }

    public string? CustomEmojiId { get; init; }

    internal int End => Offset + Length;
}

internal sealed record FormattedText(string Text, IReadOnlyList<FakeEntity> Entities)
{
    public static readonly FormattedText Empty = new("", []);

    public bool IsSame(FormattedText other) => Text == other.Text && Entities.SequenceEqual(other.Entities);
}
