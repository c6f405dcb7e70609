using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.Extensions.AI;
using Xunit;

namespace Bus.Tests.Llm;

/// <summary>A model that says what the test writes, when the test writes it.</summary>
public sealed class FakeModel : IChatClient
{
    private readonly Channel<ChatResponseUpdate> updates = Channel.CreateUnbounded<ChatResponseUpdate>();
    private readonly SemaphoreSlim asked = new(0);

    public IReadOnlyList<ChatMessage> Prompt { get; private set; } = [];

    public ChatOptions? Options { get; private set; }

    public int Calls { get; private set; }

    /// <summary>Waits until the next piece is wanted: all that was said before has been dealt with.</summary>
    public Task Wanted() => asked.WaitAsync(TestContext.Current.CancellationToken);

    public void Say(string text) => updates.Writer.TryWrite(new ChatResponseUpdate(ChatRole.Assistant, text));

    public void Say(ChatResponseUpdate update) => updates.Writer.TryWrite(update);

    public void End(Exception? failure = null) => updates.Writer.TryComplete(failure);

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        (Prompt, Options) = ([.. messages], options);
        Calls++;
        while (true)
        {
            asked.Release();
            if (!await updates.Reader.WaitToReadAsync(cancellationToken))
                yield break;
            if (updates.Reader.TryRead(out var update))
                yield return update;
        }
    }

    public Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        GetStreamingResponseAsync(messages, options, cancellationToken).ToChatResponseAsync(cancellationToken);

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose() => asked.Dispose();
}
