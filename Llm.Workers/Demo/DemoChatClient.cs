using System.Runtime.CompilerServices;
using Bus.Contracts;
using Microsoft.Extensions.AI;

namespace Bus.Llm;

/// <summary>
/// The built-in model, which needs no key: it answers from the prompt it was given, says in every answer that it is a
/// demo, and can be told to misbehave (<see cref="DemoDirectives"/>).
/// </summary>
/// <param name="pace">Time between two words; zero means none.</param>
/// <param name="time">The clock.</param>
public sealed class DemoChatClient(TimeSpan pace, TimeProvider time) : IChatClient
{
    private const string Name = "demo";

    /// <inheritdoc/>
    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        IReadOnlyList<ChatMessage> prompt = [.. messages];
        var asked = prompt.LastOrDefault(message => message.Role == ChatRole.User)?.Text ?? "";
        var told = DemoDirectives.In(asked);
        var answer = told.Empty ? "" : DemoAnswer.To(asked, prompt.Count, told.Words);

        if (told.Slow > TimeSpan.Zero)
            await Task.Delay(told.Slow, time, cancellationToken);
        var said = 0;
        foreach (var word in DemoAnswer.Words(answer))
        {
            await Misbehave(told, said, cancellationToken);
            if (said++ > 0 && pace > TimeSpan.Zero)
                await Task.Delay(pace, time, cancellationToken);
            yield return new ChatResponseUpdate(ChatRole.Assistant, answer[word]) { ModelId = Name };
        }

        // Told to fail or hang after more words than there are: at the end, then.
        await Misbehave(told, int.MaxValue, cancellationToken);
        yield return End(prompt, answer);
    }

    /// <inheritdoc/>
    public Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        GetStreamingResponseAsync(messages, options, cancellationToken).ToChatResponseAsync(cancellationToken);

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceType == typeof(ChatClientMetadata) ? new ChatClientMetadata(Name, null, Name)
        : serviceType.IsInstanceOfType(this) ? this
        : null;

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private async ValueTask Misbehave(DemoDirectives told, int said, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (said >= told.FailAfter)
            throw new ProviderException(ProviderFailure.Unavailable, "The demo model was told to fail.");
        if (said >= told.HangAfter)
            await Task.Delay(Timeout.InfiniteTimeSpan, time, cancellationToken);
    }

    private static ChatResponseUpdate End(IReadOnlyList<ChatMessage> prompt, string answer)
    {
        var usage = new UsageDetails
        {
            InputTokenCount = prompt.Sum(message => (long)RenderedPrompt.EstimateTokens(message.Text)),
            OutputTokenCount = RenderedPrompt.EstimateTokens(answer),
        };
        return new ChatResponseUpdate(ChatRole.Assistant, [new UsageContent(usage)]) { ModelId = Name, FinishReason = ChatFinishReason.Stop };
    }
}
