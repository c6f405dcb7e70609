using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Bus.Events;

namespace Bus.Memory.Exchange;

/// <summary>Writes a session as a file.</summary>
internal static class SessionFileWriter
{
    private static readonly JsonWriterOptions Options = new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <returns>UTF-8, indented; the bodies as PostgreSQL writes them.</returns>
    public static ReadOnlyMemory<byte> Write(StreamCopy session)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(bytes, Options);
        json.WriteStartObject();
        json.WriteString("format", SessionFile.Format);
        json.WriteNumber("version", SessionFile.Version);
        json.WriteStartObject("stream");
        json.WriteString("id", session.Id);
        json.WriteString("type", session.Type);
        json.WriteString("created_at", PointInTime.Format(session.CreatedAt));
        json.WriteString("updated_at", PointInTime.Format(session.UpdatedAt));
        json.WriteEndObject();
        json.WriteStartArray("events");
        foreach (var stored in session.Events)
            Write(json, stored);
        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        bytes.Write("\n"u8);
        return bytes.WrittenMemory;
    }

    private static void Write(Utf8JsonWriter json, RawEvent stored)
    {
        json.WriteStartObject();
        json.WriteString("id", stored.Id);
        json.WriteNumber("version", stored.Version);
        json.WriteString("name", stored.Name);
        json.WriteString("dotnet_type", stored.DotnetName);
        json.WriteString("timestamp", PointInTime.Format(stored.Timestamp));
        json.WritePropertyName("data");
        json.WriteRawValue(stored.Body, skipInputValidation: true);
        json.WriteEndObject();
    }
}
