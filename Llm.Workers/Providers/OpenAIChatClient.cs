using System.ClientModel;
using System.ClientModel.Primitives;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using OpenAI;

namespace Bus.Llm;

/// <summary>
/// Asks a server that speaks OpenAI's chat completions. Requests go through the OpenAI SDK; answers are read by
/// ourselves, because the SDK's own reading takes some errors for a good end and fails on what many servers send.
/// Whatever goes wrong is a <see cref="ProviderException"/>. Safe for any number of calls at once.
/// </summary>
public sealed class OpenAIChatClient : IChatClient
{
    private readonly HttpClient http = ProviderTransport.Create();
    private readonly ProviderChoice choice;
    private readonly TimeProvider time;
    private readonly OpenAI.Chat.ChatClient sdk;

    /// <summary>A client of the chosen provider.</summary>
    public OpenAIChatClient(ProviderChoice choice, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(choice.BaseUrl);
        this.choice = choice;
        this.time = time;
        sdk = new OpenAI.Chat.ChatClient(choice.Model, new ApiKeyCredential(choice.Key ?? WithoutKey.Placeholder), Options(choice));
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        IReadOnlyList<ChatMessage> prompt = [.. messages];
        var errors = new ProviderErrors(choice.Key, prompt, time);
        using var response = await Ask(prompt, options, cancellationToken);
        await using var body = response.ContentStream ?? Stream.Null;
        if (response.Status is < 200 or >= 300)
            throw await errors.Refused(response, body, cancellationToken);

        var answer = new ChatAnswer(errors);
        await using var events = AnswerEvents.Read(response, body, cancellationToken).GetAsyncEnumerator(cancellationToken);
        while (!answer.IsDone && await Next(events, answer))
        {
            if (answer.Add(events.Current) is { Length: > 0 } text)
                yield return new ChatResponseUpdate(ChatRole.Assistant, text) { ModelId = answer.Model };
        }

        yield return answer.End();
    }

    /// <inheritdoc/>
    public Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        GetStreamingResponseAsync(messages, options, cancellationToken).ToChatResponseAsync(cancellationToken);

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceType == typeof(ChatClientMetadata) ? new ChatClientMetadata(choice.Provider, choice.BaseUrl, choice.Model)
        : serviceType.IsInstanceOfType(this) ? this
        : null;

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();

    private async Task<PipelineResponse> Ask(IReadOnlyList<ChatMessage> prompt, ChatOptions? options, CancellationToken cancellationToken)
    {
        using var request = ChatRequest.Of(choice, prompt, options);
        try
        {
            var result = await sdk.CompleteChatAsync(request, new RequestOptions
            {
                BufferResponse = false,
                ErrorOptions = ClientErrorBehaviors.NoThrow,
                CancellationToken = cancellationToken,
            });
            return result.GetRawResponse();
        }
        catch (Exception e) when (e is ClientResultException or HttpRequestException or IOException
            || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw ProviderErrors.NoConnection(e);
        }
    }

    private static async ValueTask<bool> Next(IAsyncEnumerator<AnswerEvent> events, ChatAnswer answer)
    {
        try
        {
            return await events.MoveNextAsync();
        }
        catch (IOException)
        {
            // What follows the finish reason is of no use to anybody; losing it is no failure.
            return answer.FinishReason is not null ? false : throw ProviderErrors.BrokeOff();
        }
    }

    private OpenAIClientOptions Options(ProviderChoice choice)
    {
        var options = new OpenAIClientOptions
        {
            Endpoint = choice.BaseUrl,
            Transport = new HttpClientPipelineTransport(http),
            RetryPolicy = new ClientRetryPolicy(maxRetries: 0),
            NetworkTimeout = Timeout.InfiniteTimeSpan,
            EnableDistributedTracing = false,
        };
        if (choice.Key is null)
            options.AddPolicy(new WithoutKey(), PipelinePosition.BeforeTransport);
        return options;
    }
}
