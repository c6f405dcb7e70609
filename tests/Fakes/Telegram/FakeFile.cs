namespace Bus.Fakes.Telegram;

/// <summary>A file that Telegram keeps; the kind is the method's word for it: <c>photo</c>, <c>document</c>, <c>voice</c>.</summary>
public sealed record FakeFile(string Kind, string Name, string MimeType, ReadOnlyMemory<byte> Content)
{
    /// <summary>Empty for what a call brings and nobody has kept yet.</summary>
    public string Id { get; init; } = "";

    internal string Path => $"{Kind}s/{Id}{System.IO.Path.GetExtension(Name)}";
}
