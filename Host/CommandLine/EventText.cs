using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Bus.Events;

namespace Bus.Host.CommandLine;

/// <summary>An event of the log as text. Letters of every script stay readable; what would steer a terminal is escaped.</summary>
internal static class EventText
{
    private static readonly JavaScriptEncoder Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;

    /// <summary>For reading: a line that tells which event it is, then its body.</summary>
    public static string Page(RawEvent stored) =>
        $"{stored.Version}  #{stored.Sequence}  {PointInTime.Format(stored.Timestamp)}  {Name(stored)}\n{Body(stored, indented: true)}\n";

    /// <summary>For following: one line.</summary>
    public static string Line(RawEvent stored) =>
        $"#{stored.Sequence}  {PointInTime.Format(stored.Timestamp)}  {stored.StreamId}  {stored.Version}  {Name(stored)}  {Body(stored, indented: false)}";

    /// <summary>For programs: one line of JSON.</summary>
    public static string Json(RawEvent stored) => Write(indented: false, json =>
    {
        json.WriteStartObject();
        json.WriteNumber("sequence", stored.Sequence);
        json.WriteString("stream_id", stored.StreamId);
        json.WriteNumber("version", stored.Version);
        json.WriteString("id", stored.Id);
        json.WriteString("name", stored.Name);
        json.WriteString("timestamp", PointInTime.Format(stored.Timestamp));
        json.WritePropertyName("data");
        json.WriteRawValue(stored.Body);
        json.WriteEndObject();
    });

    private static string Name(RawEvent stored) => Encoder.Encode(stored.Name);

    private static string Body(RawEvent stored, bool indented)
    {
        using var body = JsonDocument.Parse(stored.Body, new JsonDocumentOptions { MaxDepth = 1000 });
        return Write(indented, body.RootElement.WriteTo);
    }

    private static string Write(bool indented, Action<Utf8JsonWriter> write)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes, new JsonWriterOptions { Encoder = Encoder, Indented = indented, NewLine = "\n", MaxDepth = 1000 }))
            write(json);
        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }
}
