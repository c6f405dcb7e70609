using System.Text.Json;
using Bus.Events;

namespace Bus.Memory.Exchange;

/// <summary>A value in a file, and where it is.</summary>
/// <param name="Value">The value.</param>
/// <param name="Path">Its place, as <c>events[3].version</c>; empty for the whole file.</param>
internal readonly record struct FilePart(JsonElement Value, string Path)
{
    /// <summary>As it is written.</summary>
    public string Raw => Value.GetRawText();

    public FilePart Object() => Value.ValueKind == JsonValueKind.Object ? this : throw Wrong("must be an object.");

    public FilePart Part(string name) => Value.TryGetProperty(name, out var value)
        ? new FilePart(value, Below(name))
        : throw new SessionFileException(Below(name), "is missing.");

    public IEnumerable<FilePart> Items(int most)
    {
        if (Value.ValueKind != JsonValueKind.Array)
            throw Wrong("must be a list.");
        if (Value.GetArrayLength() > most)
            throw Wrong($"has {Value.GetArrayLength()} entries; the most are {most}.");
        var path = Path;
        return Value.EnumerateArray().Select((value, i) => new FilePart(value, $"{path}[{i}]"));
    }

    public string Text(string name) => Part(name) is { Value.ValueKind: JsonValueKind.String } part
        ? part.Storable()
        : throw new SessionFileException(Below(name), "must be a string.");

    public string? OptionalText(string name) =>
        Value.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? Text(name) : null;

    public long Number(string name) => Part(name).Value is { ValueKind: JsonValueKind.Number } value && value.TryGetInt64(out var number)
        ? number
        : throw new SessionFileException(Below(name), "must be a whole number.");

    public Guid Id(string name) => Guid.TryParseExact(Text(name), "D", out var id) ? id : throw new SessionFileException(Below(name), "must be a UUID.");

    public Guid? OptionalId(string name) => Value.TryGetProperty(name, out _) ? Id(name) : null;

    public DateTimeOffset Time(string name) =>
        PointInTime.TryParse(Text(name), out var time) ? time : throw new SessionFileException(Below(name), $"must be {PointInTime.Expected}.");

    /// <summary>What is JSON is not always what PostgreSQL can keep.</summary>
    public void CheckStorable()
    {
        switch (Value.ValueKind)
        {
            case JsonValueKind.String:
                Storable();
                break;
            case JsonValueKind.Array:
                foreach (var item in Items(int.MaxValue))
                    item.CheckStorable();
                break;
            case JsonValueKind.Object:
                foreach (var member in Value.EnumerateObject())
                    new FilePart(member.Value, Below(Name(member))).CheckStorable();
                break;
        }
    }

    private string Storable()
    {
        try
        {
            var text = Value.GetString()!;
            return text.Contains('\0', StringComparison.Ordinal) ? throw Wrong("has a character U+0000, which the log cannot keep.") : text;
        }
        catch (InvalidOperationException)
        {
            throw Wrong("is no Unicode text.");
        }
    }

    private string Name(JsonProperty member)
    {
        try
        {
            return member.Name.Contains('\0', StringComparison.Ordinal) ? throw Wrong("has a name with a character U+0000, which the log cannot keep.") : member.Name;
        }
        catch (InvalidOperationException)
        {
            throw Wrong("has a name that is no Unicode text.");
        }
    }

    private string Below(string name) => Path.Length == 0 ? name : $"{Path}.{name}";

    private SessionFileException Wrong(string what) => new(Path.Length == 0 ? "the file" : Path, what);
}
