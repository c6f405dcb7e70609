using System.Data.Common;
using System.Text;
using System.Text.Json;

namespace Bus.Events;

/// <summary>The events that the log knows: each record and the name under which it is kept.</summary>
/// <param name="names">The name of each record.</param>
public sealed class EventTypes(IReadOnlyDictionary<Type, string> names)
{
    private static readonly JsonSerializerOptions Strict = new() { RespectRequiredConstructorParameters = true, RespectNullableAnnotations = true };

    private readonly Dictionary<string, Type> types = names.ToDictionary(entry => entry.Value, entry => entry.Key, StringComparer.Ordinal);

    private readonly Dictionary<Type, string> dotnetNames =
        names.Keys.ToDictionary(type => type, type => $"{type.FullName}, {type.Assembly.GetName().Name}");

    /// <summary>The name under which a record is kept.</summary>
    /// <exception cref="InvalidOperationException">The record is not one of the log's.</exception>
    public string NameOf(Type type) => names.TryGetValue(type, out var name)
        ? name
        : throw new InvalidOperationException($"{type} is no event of the log: it has no name.");

    /// <summary>The record as .NET names it, which Marten keeps beside the name.</summary>
    public string DotnetNameOf(Type type) => dotnetNames[type];

    /// <summary>True when a record has this name.</summary>
    public bool Knows(string name) => types.ContainsKey(name);

    /// <summary>True when a body has everything that the record of this name asks for. Reading is more lenient: what is missing becomes nothing.</summary>
    public bool IsComplete(string name, string body)
    {
        try
        {
            return JsonSerializer.Deserialize(body, types[name], Strict) is not null;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>Every name.</summary>
    internal IEnumerable<string> Names => types.Keys;

    /// <inheritdoc cref="Read(string, ReadOnlySpan{byte})"/>
    public object Read(string name, string body) => Read(name, Encoding.UTF8.GetBytes(body));

    /// <summary>The event in a stored body, JSON in UTF-8.</summary>
    /// <exception cref="UnreadableEventException">The name is unknown, or the body is not that event.</exception>
    public object Read(string name, ReadOnlySpan<byte> body)
    {
        if (!types.TryGetValue(name, out var type))
            throw new UnreadableEventException($"The log holds an event named '{name}', which this program does not know.", null);
        try
        {
            return JsonSerializer.Deserialize(body, type) ?? throw new JsonException("The body is null.");
        }
        catch (JsonException failure)
        {
            throw new UnreadableEventException($"The log holds a '{name}' whose body cannot be read: {failure.Message}", failure);
        }
    }

    /// <summary>The event of a row (seq_id, stream_id, version, type, data, timestamp, id); an <see cref="UnreadableEvent"/> where it cannot be read.</summary>
    internal StoredEvent Stored(DbDataReader row, ReadOnlySpan<byte> body)
    {
        var name = row.GetString(3);
        object data;
        try
        {
            data = Read(name, body);
        }
        catch (UnreadableEventException failure)
        {
            data = new UnreadableEvent(failure.Message);
        }

        return new StoredEvent(row.GetInt64(0), row.GetGuid(6), row.GetGuid(1), row.GetInt64(2), name, data, row.GetFieldValue<DateTimeOffset>(5));
    }
}
