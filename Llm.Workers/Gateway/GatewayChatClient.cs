using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace Bus.Llm.Gateway;

/// <summary>The gateway as the rest of the program sees it: a prompt in, pieces of text out. Whatever goes wrong is a <see cref="ProviderException"/>.</summary>
/// <param name="gateway">The gateway.</param>
/// <param name="id">Names the call.</param>
/// <param name="callFor">For whom it is.</param>
/// <param name="model">The model that is named; null: the usual one.</param>
/// <param name="patience">How long it may be waited for room.</param>
internal sealed class GatewayChatClient(ModelGateway gateway, Guid id, CallFor callFor, string? model, TimeSpan patience) : IChatClient
{
    /// <summary>The property of an update that names who answers.</summary>
    public const string Provider = "provider";

    /// <summary>The property of the last update that says what the answer cost, in the base currency; it is not there while no price is known.</summary>
    public const string Cost = "cost";

    /// <inheritdoc/>
    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var call = new GatewayCall(id, callFor, UpstreamCall.Completions, model, null, CallBody.Read(ChatRequest.Of(messages, options)), patience);
        await using var answer = await gateway.Ask(call, cancellationToken);
        var text = new ChatAnswer();
        var who = new AdditionalPropertiesDictionary { [Provider] = answer.Target.Model.Provider };
        await foreach (var piece in answer.Pieces(cancellationToken))
        {
            if (text.Add(piece.Data) is { Length: > 0 } said)
                yield return new ChatResponseUpdate(ChatRole.Assistant, said) { ModelId = text.Model ?? answer.Target.Name, AdditionalProperties = who };
        }

        var end = text.End();
        (end.ModelId, end.AdditionalProperties) = (end.ModelId ?? answer.Target.Name, new AdditionalPropertiesDictionary(who) { [Cost] = answer.Cost });
        yield return end;
    }

    /// <inheritdoc/>
    public Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        GetStreamingResponseAsync(messages, options, cancellationToken).ToChatResponseAsync(cancellationToken);

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null) => serviceType.IsInstanceOfType(this) ? this : null;

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
