using System.Net;
using System.Net.Sockets;
using Bus.Bench;
using Bus.Bench.Gateway;
using Bus.Bench.Gateway.Upstream;
using Bus.Bench.Report;
using Xunit;

namespace Bus.Tests.Gateway;

public sealed class Measuring_the_gateway
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Should_take_what_the_upstream_gives_for_whole_and_count_it(bool isStreamed)
    {
        var counter = new UpstreamCounter();
        using var listener = Listen();
        var serving = Accept(listener, socket => new UpstreamConnection(socket, _ => counter).Serve());
        using (var connection = await Connect(listener))
        {
            for (var number = 0; number < 3; number++)
                await connection.Ask(Request(isStreamed, listener), isStreamed, CancellationToken.None);
        }

        await serving;
        var given = UpstreamAnswer.All[1..4];
        Assert.Equal(new UpstreamCount(3, given.Sum(answer => answer.PromptTokens), given.Sum(answer => answer.CompletionTokens), 0), counter.Now);
    }

    [Theory]
    [InlineData("content")]
    [InlineData("usage")]
    [InlineData("done")]
    public async Task Should_not_take_a_stream_for_whole_that_lacks_something(string missing)
    {
        byte[] stream =
        [
            .. UpstreamAnswer.Role, .. UpstreamAnswer.Contents.Skip(missing == "content" ? 1 : 0).SelectMany(content => content), .. UpstreamAnswer.Finish,
            .. missing == "usage" ? [] : UpstreamAnswer.All[0].Usage, .. missing == "done" ? HttpAnswer.End : UpstreamAnswer.Done,
        ];
        using var listener = Listen();
        _ = Accept(listener, async socket => await socket.SendAsync(stream));
        using var connection = await Connect(listener);
        var failure = await Assert.ThrowsAsync<BenchException>(() => connection.Ask(Request(true, listener), true, CancellationToken.None).AsTask());
        Assert.StartsWith("A stream with ", failure.Message);
    }

    [Fact]
    public void Should_find_the_content_of_a_stream_wherever_it_is_cut()
    {
        byte[] events = [.. UpstreamAnswer.Contents.Append(UpstreamAnswer.All[0].Usage).SelectMany(Data), .. "data: [DONE]\n\n"u8];
        for (var cut = 0; cut <= events.Length; cut++)
        {
            var stream = new CompletionStream();
            stream.Add(events.AsSpan(0, cut));
            stream.Add(events.AsSpan(cut));
            Assert.Equal((UpstreamAnswer.TextBytes.Length, true, true), (stream.Content, stream.HasUsage, stream.IsDone));
        }

        // Without the sizes that HTTP has around it.
        static byte[] Data(byte[] chunk) => chunk[(chunk.AsSpan().IndexOf("\r\n"u8) + 2)..^2];
    }

    [Fact]
    public void Should_judge_by_rounds_that_were_beside_each_other()
    {
        // Half as fast in the second round, as a machine is that has something else to do.
        var step = new GatewayStep(32, true, new Dictionary<string, List<CompletionRound>>
        {
            [Target.Proxy] = [Round(1000, 4), Round(500, 8), Round(1000, 4)],
            [Target.Gateway] = [Round(400, 10), Round(200, 20), Round(100, 11)],
        });
        Assert.Equal(0.4, step.Ratio(Target.Gateway, Target.Proxy, round => round.PerSecond), 6);
        Assert.Equal(7, step.More(Target.Gateway, Target.Proxy, round => round.Latency.P50), 6);

        var bars = GatewayBars.Of([step], null, null);
        Assert.Equal(
            [("requests per second", true), ("p50 to the first chunk", false), ("p99 to the first chunk", false), ("errors", true)],
            bars.Select(bar => (bar.Name.Split(',')[0], bar.Holds)));
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(3, false)]
    public void Should_not_call_it_growth_what_memory_takes_in_the_first_minute(double megabytesPerMinute, bool isFlat)
    {
        var samples = Enumerable.Range(0, 121).Select(number => new MemorySample(
            TimeSpan.FromSeconds(5 * number), number < 12 ? 80 + (10 * number) : 200 + (megabytesPerMinute * (number - 12) / 12))).ToList();
        var step = new MemoryStep(Target.Gateway, 1000, 60, samples, 1000, 0, null, TimeSpan.FromSeconds(1));
        Assert.Equal(megabytesPerMinute, step.Slope, 6);
        Assert.Equal(9 * megabytesPerMinute, step.Growth, 6);
        Assert.Equal(11, step.Minutes.Count());
        Assert.Equal([true, isFlat, true, true], GatewayBars.Of([], null, step).Select(bar => bar.Holds));
    }

    private static CompletionRound Round(int requests, double milliseconds) => new(
        requests, requests, 1, 1, new Distribution([milliseconds]), new Dictionary<string, double>(), default, new Distribution([milliseconds]), 0, 0);

    private static Socket Listen()
    {
        var listener = new Socket(SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        return listener;
    }

    private static async Task Accept(Socket listener, Func<Socket, Task> serve)
    {
        using var socket = await listener.AcceptAsync();
        await serve(socket);
        // What it has not read would cut off what it has sent.
        while (await socket.ReceiveAsync(new byte[1024]) > 0)
        {
        }
    }

    private static Target At(Socket listener) => new(Target.Direct, ((IPEndPoint)listener.LocalEndPoint!).Port, "/direct/v1/chat/completions", "sk-of-nobody", null);

    private static Task<CompletionConnection> Connect(Socket listener) => CompletionConnection.Open(At(listener), CancellationToken.None);

    private static byte[] Request(bool isStreamed, Socket listener) => (isStreamed ? CompletionRequest.Streamed : CompletionRequest.Whole).For(At(listener));
}
