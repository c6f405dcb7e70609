namespace Bus.Contracts;

/// <summary>Whose a conversation is. What belongs to a community is nobody's alone.</summary>
public static class Owners
{
    /// <summary>Whoever uses the HTTP API without an account.</summary>
    public const string Local = "local";

    private const string User = "user:";

    /// <summary>An account.</summary>
    public static string OfUser(Guid userId) => $"{User}{userId}";

    /// <summary>Somebody on a platform.</summary>
    public static string OfParticipant(string platform, string participant) => $"{platform}:{participant}";

    /// <summary>Who is charged for a turn: the owner of the conversation, or whoever spoke where it is a community's; null when nobody is known.</summary>
    /// <param name="origin">Where it takes place.</param>
    /// <param name="author">Who spoke, by the platform's own id.</param>
    public static string? Payer(Origin origin, string? author) =>
        Of(origin, author) ?? (author is null ? null : OfParticipant(origin.Platform, author));

    /// <summary>The account that it names; null when it names none.</summary>
    public static Guid? UserOf(string? owner) =>
        owner?.StartsWith(User, StringComparison.Ordinal) == true && Guid.TryParseExact(owner.AsSpan(User.Length), "D", out var id) ? id : null;

    /// <summary>The owner of a conversation; null when it is a community's, or nobody has spoken yet and only that would tell.</summary>
    /// <param name="origin">Where it takes place.</param>
    /// <param name="firstAuthor">Who spoke first, by the platform's own id; null when nobody has.</param>
    public static string? Of(Origin origin, string? firstAuthor) => origin.Platform switch
    {
        Platforms.Api => origin.Part ?? Local,
        // The id of a private chat is that of the person; groups have negative ones.
        Platforms.Telegram when !origin.Place.StartsWith('-') => OfParticipant(origin.Platform, origin.Place),
        Platforms.Discord when origin.Guild is null && firstAuthor is not null => OfParticipant(origin.Platform, firstAuthor),
        _ => null,
    };
}
