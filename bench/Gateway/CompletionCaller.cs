using System.Diagnostics;
using System.Net.Sockets;

namespace Bus.Bench.Gateway;

/// <summary>One client of a target: one completion after the other, each checked.</summary>
internal sealed class CompletionCaller(Target target, bool isStreamed, byte[] request) : IDisposable
{
    private CompletionConnection? connection;

    public List<Completion> Completions { get; } = [];

    public int InTime { get; private set; }

    public int Errors { get; private set; }

    /// <summary>What the first error was.</summary>
    public string? Error { get; private set; }

    public async Task Connect(CancellationToken cancellation) => connection = await CompletionConnection.Open(target, cancellation);

    public async Task Run(long start, TimeSpan length, CancellationToken cancellation)
    {
        while (Stopwatch.GetElapsedTime(start) < length)
        {
            try
            {
                Completions.Add(await connection!.Ask(request, isStreamed, cancellation));
                if (Stopwatch.GetElapsedTime(start) <= length)
                    InTime++;
            }
            catch (Exception failure) when (failure is BenchException or SocketException)
            {
                Errors++;
                Error ??= failure.Message;
                // Where the answer went wrong, nobody knows where the next begins.
                Dispose();
                await Connect(cancellation);
            }
        }
    }

    public void Dispose() => connection?.Dispose();
}
