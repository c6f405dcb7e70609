using System.Diagnostics;
using System.Net.Http.Json;
using System.Net.Sockets;
using Bus.Bench.Gateway.Upstream;
using Bus.Bench.Machine;

namespace Bus.Bench.Gateway;

/// <summary>Many streams that are open for minutes, a chunk a second in each, and the memory of whoever passes them on.</summary>
internal sealed class OpenStreams(Target target, ServerProcess upstream) : IDisposable
{
    /// <summary>So many are opened at the same time.</summary>
    private const int OpenedTogether = 50;

    private const double Megabyte = 1024 * 1024;

    private static readonly TimeSpan OpensWithin = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan LetsGoWithin = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan SampleInterval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan CheckInterval = TimeSpan.FromMilliseconds(100);

    private readonly HttpClient counts = new() { BaseAddress = upstream.Url };
    private readonly CancellationTokenSource stop = new();
    private readonly byte[] request = CompletionRequest.Open.For(target);
    private int lost;
    private string? why;

    public async Task<MemoryStep> Run(int streams, int minutes)
    {
        var before = Now(TimeSpan.Zero);
        var reading = await OpenAll(streams);
        var start = Stopwatch.GetTimestamp();
        var samples = new List<MemorySample>();
        for (var number = 0; number <= minutes * 60 / SampleInterval.TotalSeconds; number++)
        {
            var due = number * SampleInterval - Stopwatch.GetElapsedTime(start);
            await Task.Delay(due > TimeSpan.Zero ? due : TimeSpan.Zero, TimeProvider.System);
            samples.Add(Now(Stopwatch.GetElapsedTime(start)));
            if (number * SampleInterval.TotalSeconds % 60 == 0)
                await Console.Error.WriteLineAsync($"{streams} open streams of {target.Name}, minute {samples[^1].At.TotalMinutes:f0}: {samples[^1].Megabytes:f1} MB, {lost} lost");
        }

        var open = await Open();
        await stop.CancelAsync();
        await Task.WhenAll(reading);
        return new MemoryStep(target.Name, streams, before.Megabytes, samples, open, lost, why, await LetGo());
    }

    public void Dispose()
    {
        counts.Dispose();
        stop.Dispose();
    }

    private async Task<List<Task>> OpenAll(int streams)
    {
        var reading = new List<Task>();
        var start = Stopwatch.GetTimestamp();
        while (reading.Count < streams)
        {
            var begun = Enumerable.Range(0, Math.Min(OpenedTogether, streams - reading.Count)).Select(_ => new TaskCompletionSource()).ToList();
            reading.AddRange(begun.Select(Read));
            try
            {
                await Task.WhenAll(begun.Select(stream => stream.Task)).WaitAsync(OpensWithin - Stopwatch.GetElapsedTime(start), TimeProvider.System);
            }
            catch (TimeoutException)
            {
                throw new BenchException($"{target.Name} did not open {streams} streams within {OpensWithin.TotalMinutes} minutes.");
            }
        }

        return reading;
    }

    private async Task Read(TaskCompletionSource begun)
    {
        try
        {
            using var connection = await CompletionConnection.Open(target, stop.Token);
            await connection.StayOpen(request, begun.SetResult, stop.Token);
        }
        catch (OperationCanceledException)
        {
            // It has been open until the end.
        }
        catch (Exception failure) when (failure is BenchException or SocketException)
        {
            Interlocked.Increment(ref lost);
            why ??= failure.Message;
            begun.TrySetException(new BenchException($"{target.Name} did not open a stream: {failure.Message}"));
        }
    }

    private MemorySample Now(TimeSpan at) => new(at, ProcessMemory.ResidentBytes(target.Pid ?? upstream.Pid) / Megabyte);

    private async Task<long> Open() => (await counts.GetFromJsonAsync<UpstreamCount>($"/{target.Name}/count"))!.Open;

    /// <summary>How long it takes until the upstream knows that nobody reads its streams any more; null when it does not get to know.</summary>
    private async Task<TimeSpan?> LetGo()
    {
        var start = Stopwatch.GetTimestamp();
        while (await Open() > 0)
        {
            if (Stopwatch.GetElapsedTime(start) > LetsGoWithin)
                return null;
            await Task.Delay(CheckInterval, TimeProvider.System);
        }

        return Stopwatch.GetElapsedTime(start);
    }
}
