using System.Collections.Concurrent;
using System.Text;
using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Bus.Tests.Support;

/// <summary>A span as it was exported.</summary>
internal sealed record Span(string Service, string Source, string Name, string TraceId, string SpanId, string ParentId);

/// <summary>Takes traces over OTLP/HTTP, as a collector does, and keeps the spans.</summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly WebApplication server;

    private OtlpReceiver(WebApplication server) => this.server = server;

    public ConcurrentQueue<Span> Spans { get; } = [];

    /// <summary>All that was sent, to be searched.</summary>
    public ConcurrentQueue<string> Bodies { get; } = [];

    /// <summary>What makes a process export its spans here, under a name.</summary>
    public IReadOnlyDictionary<string, string?> Settings(string service) => new Dictionary<string, string?>
    {
        ["OTEL_EXPORTER_OTLP_ENDPOINT"] = server.Urls.Single(),
        ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
        ["OTEL_SERVICE_NAME"] = service,
        ["OTEL_BSP_SCHEDULE_DELAY"] = "100",
    };

    public static async Task<OtlpReceiver> Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var server = builder.Build();
        server.Urls.Add("http://127.0.0.1:0");
        var receiver = new OtlpReceiver(server);
        server.MapPost("/v1/traces", receiver.Take);
        await server.StartAsync();
        return receiver;
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    private async Task Take(HttpContext http)
    {
        var request = await ByteString.FromStreamAsync(http.Request.Body);
        Bodies.Enqueue(request.ToString(Encoding.Latin1));
        foreach (var resourceSpans in Parts(request, 1))
        {
            var service = Parts(resourceSpans, 1).SelectMany(resource => Parts(resource, 1))
                .Where(attribute => Text(attribute, 1) == "service.name")
                .Select(attribute => Text(Parts(attribute, 2).Single(), 1)).Single();
            foreach (var scopeSpans in Parts(resourceSpans, 2))
            {
                var source = Text(Parts(scopeSpans, 1).Single(), 1);
                foreach (var span in Parts(scopeSpans, 2))
                    Spans.Enqueue(new Span(service, source, Text(span, 5), Hex(span, 1), Hex(span, 2), Hex(span, 4)));
            }
        }
    }

    private static string Text(ByteString message, int field) => Parts(message, field).Select(part => part.ToStringUtf8()).FirstOrDefault("");

    private static string Hex(ByteString message, int field) => Parts(message, field).Select(part => Convert.ToHexStringLower(part.Span)).FirstOrDefault("");

    /// <summary>The fields of a message that have this number and a length: messages, texts and ids.</summary>
    private static List<ByteString> Parts(ByteString message, int number)
    {
        var input = message.CreateCodedInput();
        var parts = new List<ByteString>();
        while (input.ReadTag() is var tag and not 0)
        {
            if (WireFormat.GetTagFieldNumber(tag) == number && WireFormat.GetTagWireType(tag) == WireFormat.WireType.LengthDelimited)
                parts.Add(input.ReadBytes());
            else
                input.SkipLastField();
        }

        return parts;
    }
}
