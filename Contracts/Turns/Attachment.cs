namespace Bus.Contracts;

/// <summary>Something that came with a message, as the platform knows it; its bytes are still there.</summary>
/// <param name="Kind">A name of <see cref="AttachmentKinds"/>.</param>
/// <param name="FileId">By what the platform gives the bytes.</param>
/// <param name="UniqueId">The platform's id of the bytes, the same for everybody.</param>
/// <param name="Name">The name of the file, if it has one.</param>
/// <param name="MediaType">What its sender says it is.</param>
/// <param name="Size">In bytes, if the platform tells.</param>
public sealed record Attachment(string Kind, string FileId, string UniqueId, string? Name = null, string? MediaType = null, long? Size = null);

/// <summary>What attachments are.</summary>
public static class AttachmentKinds
{
    /// <summary>A picture.</summary>
    public const string Photo = "photo";

    /// <summary>Any file.</summary>
    public const string Document = "document";

    /// <summary>Something that somebody recorded speaking.</summary>
    public const string Voice = "voice";

    /// <summary>Music or other sound.</summary>
    public const string Audio = "audio";

    /// <summary>A film.</summary>
    public const string Video = "video";

    /// <summary>A sticker.</summary>
    public const string Sticker = "sticker";
}
