using System.Text;
using Bus.Contracts;
using Bus.Llm;
using Xunit;

namespace Bus.Tests.Llm;

public class An_answer_that_is_too_large
{
    [Theory]
    [InlineData(Limits.LargestAnswerEvent, true)]
    [InlineData(Limits.LargestAnswerEvent + 1, false)]
    public async Task Should_not_be_read_by_the_length_of_a_line(int length, bool isRead)
    {
        var body = new MemoryStream([.. Enumerable.Repeat((byte)'x', length), (byte)'\n']);
        var reading = Lengths(body);
        if (isRead)
            Assert.Equal([length], await reading);
        else
            Assert.Equal(ProviderFailure.Broken, (await Assert.ThrowsAsync<ProviderException>(() => reading)).Failure);
    }

    [Theory]
    [InlineData(Limits.LargestWholeAnswer, true)]
    [InlineData(Limits.LargestWholeAnswer + 1, false)]
    public async Task Should_not_be_read_in_one_piece(int length, bool isRead)
    {
        var events = AnswerEvents.Read("application/json", new MemoryStream(new byte[length], writable: false), TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        if (isRead)
            Assert.Equal((true, length), (await events.MoveNextAsync(), events.Current.Data.Length));
        else
            Assert.Equal(ProviderFailure.Broken, (await Assert.ThrowsAsync<ProviderException>(async () => await events.MoveNextAsync())).Failure);
    }

    [Fact]
    public async Task Should_not_be_read_without_end()
    {
        using var endless = new EndlessLines();
        await Assert.ThrowsAsync<ProviderException>(() => Lengths(endless));
        Assert.InRange(endless.Given, Limits.LargestAnswer - EndlessLines.Most, Limits.LargestAnswer + EndlessLines.Most);
    }

    [Theory]
    [InlineData(Limits.DeepestAnswer, true)]
    [InlineData(Limits.DeepestAnswer + 1, false)]
    public async Task Should_not_be_read_by_its_depth(int depth, bool isRead)
    {
        var nested = new string('[', depth - 1) + new string(']', depth - 1);
        await using var provider = FakeProvider.Streaming($"data: {{\"choices\":[{{\"delta\":{{\"content\":\"Hello\"}}}}],\"other\":{nested}}}\n\n", Wire.Finish("stop"), Wire.Done);
        var asked = await Asking.Ask(provider);
        Assert.Equal(isRead ? ("Hello", null) : ("", "The model's answer cannot be read."), (asked.Text, asked.Failure?.Message));
    }

    [Theory]
    [InlineData(Limits.LargestErrorBody, ": too hot to think.")]
    [InlineData(Limits.LargestErrorBody + 1, ".")]
    public async Task Should_say_nothing_about_an_error_that_it_buries(int length, string words)
    {
        var error = """{"error":{"message":"too hot to think"}}""";
        await using var provider = FakeProvider.Answering(500, new string(' ', length - error.Length) + error);
        Assert.Equal($"The model provider is in trouble (500){words}", (await Asking.Ask(provider)).Failure?.Message);
    }

    [Theory]
    [InlineData(1, null)]
    [InlineData(2, ProviderFailure.Unreachable)]
    public async Task Should_not_be_read_by_its_headers(int halves, ProviderFailure? failure)
    {
        var half = Limits.LargestAnswerHeaders * 1024 / 2;
        await using var provider = FakeProvider.Answering(
            200, """{"choices":[{"message":{"content":"Hello"},"finish_reason":"stop"}]}""",
            headers: string.Concat(Enumerable.Range(0, halves).Select(n => $"X-{n}: {new string('x', half)}\r\n")));
        Assert.Equal(failure, (await Asking.Ask(provider)).Failure?.Failure);
    }

    private static async Task<List<int>> Lengths(Stream body)
    {
        var lengths = new List<int>();
        await foreach (var line in body.ReadLines(default))
        {
            if (lengths.Count < 10)
                lengths.Add(line.Length);
        }

        return lengths;
    }

    /// <summary>Comments, as a server sends them that keeps a connection alive, for ever.</summary>
    private sealed class EndlessLines : MemoryStream
    {
        public const int Most = 64 * 1024;

        private static readonly byte[] Lines = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat($": {new string('x', 1021)}\n", Most / 1024)));

        public long Given { get; private set; }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var count = Math.Min(buffer.Length, Lines.Length);
            Lines.AsMemory(0, count).CopyTo(buffer);
            Given += count;
            return ValueTask.FromResult(count);
        }
    }
}
