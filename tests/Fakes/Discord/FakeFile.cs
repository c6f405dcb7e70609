namespace Bus.Fakes.Discord;

/// <summary>A file that someone sends.</summary>
public sealed record FakeFile(string Name, string ContentType, ReadOnlyMemory<byte> Content)
{
    public static FakeFile Text(string name, string text) => new(name, "text/plain; charset=utf-8", System.Text.Encoding.UTF8.GetBytes(text));
}

/// <summary>A file of a message, as Discord keeps it.</summary>
public sealed record FakeAttachment(ulong Id, FakeFile File)
{
    public string? Description { get; init; }

    public string Name => File.Name;

    public ReadOnlyMemory<byte> Content => File.Content;
}
