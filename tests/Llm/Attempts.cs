using System.Threading.Channels;
using Bus.Contracts;
using Bus.Llm;
using Bus.Tests.Support;
using Microsoft.Extensions.AI;
using Xunit;

namespace Bus.Tests.Llm;

/// <summary>One attempt at a reply, with all that it needs.</summary>
public sealed class Attempts
{
    public static readonly DateTimeOffset Start = new FakeTime().GetUtcNow();

    private readonly Channel<bool> arrived = Channel.CreateUnbounded<bool>();
    private int received;

    public FakeTime Time { get; } = new();

    public FakeLog<ReplyGenerator> Log { get; } = new();

    public List<ReplyChunk> Chunks { get; } = [];

    public Func<ReplyChunk, ValueTask>? Send { get; set; }

    public string? ReplyTo { get; set; } = "adapter-1";

    public DateTimeOffset Deadline { get; set; } = Start + TimeSpan.FromMinutes(2);

    public ModelOptions? Options { get; set; }

    public CancellationToken Stop { get; set; }

    public CancellationToken Shutdown { get; set; } = TestContext.Current.CancellationToken;

    /// <summary>The texts that came since this was last asked for.</summary>
    public string[] Received()
    {
        var texts = Chunks.Skip(received).Select(chunk => chunk.Text).ToArray();
        received = Chunks.Count;
        return texts;
    }

    /// <summary>Waits for the next chunk.</summary>
    public async Task<string> NextChunk()
    {
        while (Chunks.Count == received)
            await arrived.Reader.ReadAsync(TestContext.Current.CancellationToken);
        return Chunks[received++].Text;
    }

    public Task<object> Generate(IChatClient model, string question = "Hello?", Uri? server = null)
    {
        var prompt = RenderedPrompt.Of("Be brief.", [new PromptMessage(Roles.User, question)]);
        var command = new GenerateReply(
            new Guid(1, 0, 0, new byte[8]), new Guid(2, 0, 0, new byte[8]), new Guid(3, 0, 0, new byte[8]), new Guid(4, 0, 0, new byte[8]),
            new PromptReference("Be brief.", [], prompt.Hash(), 9), Options, ReplyTo, Deadline);
        var generator = new ReplyGenerator(new ModelRoute("custom", "m-1", model, server), Time, Log);
        return generator.Generate(command, prompt, Receive, Stop, Shutdown);
    }

    public Task<object> Ask(string question, int pace = 0) => Generate(new DemoChatClient(TimeSpan.FromMilliseconds(pace), Time), question);

    private ValueTask Receive(ReplyChunk chunk)
    {
        Chunks.Add(chunk);
        arrived.Writer.TryWrite(true);
        return Send?.Invoke(chunk) ?? default;
    }
}
