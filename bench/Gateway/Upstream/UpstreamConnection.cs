using System.Buffers;
using System.Net.Sockets;
using System.Text.Json;
using Bus.Bench.Turns;

namespace Bus.Bench.Gateway.Upstream;

/// <summary>Answers what comes over a connection, one request after the other.</summary>
internal sealed class UpstreamConnection(Socket socket, Func<string, UpstreamCounter> counterOf)
{
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(1);

    private readonly HttpReader reader = new(socket);
    private readonly ArrayBufferWriter<byte> body = new();

    public async Task Serve()
    {
        while (await reader.Head(CancellationToken.None) is { Length: > 0 } line)
        {
            body.ResetWrittenCount();
            while (await reader.Part(CancellationToken.None) is { Length: > 0 } part)
                body.Write(part.Span);

            var path = line.Split(' ')[1];
            var caller = counterOf(path[1..path.IndexOf('/', 1)]);
            if (line.StartsWith("GET ", StringComparison.Ordinal))
                await Send(HttpAnswer.Of(JsonSerializer.SerializeToUtf8Bytes(caller.Now)));
            else if (Asked.Read(body.WrittenSpan) is var asked && !asked.StaysOpen)
                await Answer(asked, caller);
            else
            {
                await StayOpen(caller);
                return;
            }
        }
    }

    private async Task Answer(Asked asked, UpstreamCounter caller)
    {
        var answer = caller.Next();
        if (asked.IsStreamed)
            await Stream(answer, asked.WantsUsage);
        else
            await Send(answer.Whole);
        caller.Gave(answer);
    }

    /// <summary>Each chunk is sent by itself, as soon as the one before is.</summary>
    private async Task Stream(UpstreamAnswer answer, bool wantsUsage)
    {
        await Send(UpstreamAnswer.Role);
        foreach (var content in UpstreamAnswer.Contents)
            await Send(content);
        await Send(UpstreamAnswer.Finish);
        if (wantsUsage)
            await Send(answer.Usage);
        await Send(UpstreamAnswer.Done);
    }

    private async Task StayOpen(UpstreamCounter caller)
    {
        caller.Opened();
        try
        {
            // Whoever reads a stream sends nothing more; that there is something to read means that he has gone.
            var gone = socket.ReceiveAsync(new byte[1]);
            await Send(UpstreamAnswer.Role);
            for (var number = 0; !gone.IsCompleted; number++)
            {
                await Send(UpstreamAnswer.Contents[number % UpstreamAnswer.Contents.Length]);
                await Task.WhenAny(gone, Task.Delay(Pace, TimeProvider.System));
            }
        }
        finally
        {
            caller.Closed();
        }
    }

    private async ValueTask Send(ReadOnlyMemory<byte> data)
    {
        while (data.Length > 0)
            data = data[await socket.SendAsync(data)..];
    }

    /// <summary>What matters of a request.</summary>
    private readonly record struct Asked(bool IsStreamed, bool WantsUsage, bool StaysOpen)
    {
        public static Asked Read(ReadOnlySpan<byte> json)
        {
            var reader = new Utf8JsonReader(json);
            using var document = JsonDocument.ParseValue(ref reader);
            var request = document.RootElement;
            return new Asked(
                Is(request, "stream"),
                request.TryGetProperty("stream_options", out var options) && Is(options, "include_usage"),
                Is(request, CompletionRequest.OpenMember));
        }

        private static bool Is(JsonElement element, string name) => element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;
    }
}
