using System.Text.Json;
using Bus.Contracts;
using Bus.Events;

namespace Bus.Memory.Exchange;

/// <summary>Reads the file of a session, and believes nothing in it.</summary>
/// <param name="types">The events the log knows.</param>
internal sealed class SessionFileReader(EventTypes types)
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = Limits.DeepestFile, AllowDuplicateProperties = false };

    /// <exception cref="SessionFileException">It is no such file; the place and what is wrong there.</exception>
    public StreamCopy Read(ReadOnlyMemory<byte> file)
    {
        using var json = Parse(file);
        var root = new FilePart(json.RootElement, "").Object();
        if (root.Text("format") is not SessionFile.Format)
            throw new SessionFileException("format", $"must be '{SessionFile.Format}': this is no exported session.");
        if (root.Number("version") is not SessionFile.Version and var version)
            throw new SessionFileException("version", $"is {version}; this program reads version {SessionFile.Version}.");

        var stream = root.Part("stream").Object();
        if (stream.Text("type") is not SessionFile.StreamType)
            throw new SessionFileException("stream.type", $"must be '{SessionFile.StreamType}'.");
        var id = stream.Id("id");
        return new StreamCopy(id, SessionFile.StreamType, stream.Time("created_at"), stream.Time("updated_at"), Events(root.Part("events"), id));
    }

    private static JsonDocument Parse(ReadOnlyMemory<byte> file)
    {
        try
        {
            return JsonDocument.Parse(file, Options);
        }
        catch (JsonException failure)
        {
            throw new SessionFileException(
                $"line {failure.LineNumber + 1}, byte {failure.BytePositionInLine + 1}:",
                $"this is no JSON in UTF-8, names a member twice, or is more than {Limits.DeepestFile} levels deep.");
        }
    }

    private List<RawEvent> Events(FilePart list, Guid streamId)
    {
        var ids = new HashSet<Guid>();
        var events = new List<RawEvent>();
        foreach (var part in list.Items(Limits.MostFileEvents))
        {
            var read = Event(part.Object(), streamId, events.Count + 1);
            events.Add(ids.Add(read.Id) ? read : throw new SessionFileException($"{part.Path}.id", "is the id of an earlier event as well."));
        }

        return events.Count > 0 ? events : throw new SessionFileException("events", "must not be empty.");
    }

    private RawEvent Event(FilePart part, Guid streamId, long expected)
    {
        if (part.Number("version") is var version && version != expected)
            throw new SessionFileException($"{part.Path}.version", $"must be {expected}, not {version}: events are counted from 1 without gaps.");
        if (part.Text("name") is not { Length: > 0 and <= Limits.LongestEventName } name)
            throw new SessionFileException($"{part.Path}.name", $"must have 1 to {Limits.LongestEventName} characters.");
        var data = part.Part("data").Object();
        data.CheckStorable();
        CheckKnown(data, name, streamId, expected);
        return new RawEvent(0, part.Id("id"), streamId, version, name, part.OptionalText("dotnet_type"), data.Raw, part.Time("timestamp"));
    }

    /// <summary>An event that this program knows must be one that it can read, and belong here. What it does not know is kept as it is.</summary>
    private void CheckKnown(FilePart data, string name, Guid streamId, long version)
    {
        if (!types.Knows(name))
        {
            if (version == 1)
                throw new SessionFileException(data.Path, "belongs to no session_started, with which a session begins.");
            return;
        }

        if (!types.IsComplete(name, data.Raw))
            throw new SessionFileException(data.Path, $"is no whole body of a {name}.");
        var known = types.Read(name, data.Raw);
        if (known is SessionErased)
            throw new SessionFileException(data.Path, "says that the session was erased: nothing of it is left to take in.");
        if (known is SessionStarted != (version == 1))
            throw new SessionFileException(data.Path, "must be that of the session_started in the first event, and in no other.");
        if (data.OptionalId("SessionId") is { } sessionId && sessionId != streamId)
            throw new SessionFileException($"{data.Path}.SessionId", "names another session than the stream.");
    }
}
