using System.Diagnostics;
using Bus.Bench.Gateway.Upstream;
using Bus.Bench.Turns;

namespace Bus.Bench.Gateway;

/// <summary>A connection to a target, over which one completion after the other is asked for.</summary>
internal sealed class CompletionConnection : IDisposable
{
    private readonly HttpConnection http;

    private CompletionConnection(HttpConnection http) => this.http = http;

    public static async Task<CompletionConnection> Open(Target target, CancellationToken cancellation) => new(await HttpConnection.Open(target.Port, cancellation));

    /// <summary>Asks for a completion, and reads it to its end.</summary>
    /// <exception cref="BenchException">It is no whole one.</exception>
    public async ValueTask<Completion> Ask(ReadOnlyMemory<byte> request, bool isStreamed, CancellationToken cancellation)
    {
        var start = Stopwatch.GetTimestamp();
        await http.Send(request, cancellation);
        return isStreamed ? await Stream(start, cancellation) : await Whole(start, cancellation);
    }

    /// <summary>Asks for a stream without an end, and reads until it is cancelled.</summary>
    /// <param name="request">The request.</param>
    /// <param name="begun">The first content has come.</param>
    /// <param name="cancellation">No more is wanted.</param>
    /// <exception cref="BenchException">It came to an end.</exception>
    public async Task StayOpen(ReadOnlyMemory<byte> request, Action begun, CancellationToken cancellation)
    {
        await http.Send(request, cancellation);
        var stream = new CompletionStream();
        while (await http.Part(cancellation) is { Length: > 0 } part)
        {
            var before = stream.Content;
            stream.Add(part.Span);
            if (before == 0 && stream.Content > 0)
                begun();
        }

        throw new BenchException("A stream without an end came to an end.");
    }

    public void Dispose() => http.Dispose();

    private async ValueTask<Completion> Whole(long start, CancellationToken cancellation)
    {
        var length = 0;
        var isRight = false;
        while (await http.Part(cancellation) is { Length: > 0 } part)
        {
            length += part.Length;
            isRight |= part.Span.IndexOf(UpstreamAnswer.TextBytes) >= 0 && part.Span.IndexOf("\"usage\":"u8) >= 0;
        }

        return isRight ? new Completion(Since(start), double.NaN) : throw new BenchException($"An answer of {length} bytes without the content or the usage.");
    }

    private async ValueTask<Completion> Stream(long start, CancellationToken cancellation)
    {
        var stream = new CompletionStream();
        var first = 0.0;
        while (await http.Part(cancellation) is { Length: > 0 } part)
        {
            stream.Add(part.Span);
            if (first == 0 && stream.Content > 0)
                first = Since(start);
        }

        return stream is { IsDone: true, HasUsage: true } && stream.Content == UpstreamAnswer.TextBytes.Length
            ? new Completion(Since(start), first)
            : throw new BenchException($"A stream with {stream.Content} bytes of content, usage: {stream.HasUsage}, done: {stream.IsDone}.");
    }

    private static double Since(long start) => Stopwatch.GetElapsedTime(start).TotalMilliseconds;
}

/// <summary>How long a completion took.</summary>
/// <param name="Milliseconds">From the request to the end of the answer.</param>
/// <param name="FirstChunk">From the request to the first chunk with content, when it was streamed.</param>
internal readonly record struct Completion(double Milliseconds, double FirstChunk);
