using System.Text;
using Bus.Contracts;
using Bus.Llm;
using Bus.Llm.Gateway;
using Bus.Tests.Gateway;
using Bus.Tests.Support;
using Microsoft.Extensions.AI;
using Xunit;

namespace Bus.Tests.Llm;

/// <summary>What a client got out of a provider.</summary>
public sealed record Asked(string Text, string? FinishReason, string? Model, UsageDetails? Usage, ProviderException? Failure);

/// <summary>Asks providers, as the rest of the program does.</summary>
public static class Asking
{
    public const string Key = "sk-planted-4f9b27c1d5e84a6b";

    public static IChatClient ClientOf(FakeProvider provider, string? key = Key, string name = "custom", TimeProvider? time = null) =>
        ClientOf(provider.BaseUrl, key, name, time);

    /// <summary>The gateway, when it knows one model and asks once.</summary>
    public static IChatClient ClientOf(Uri baseUrl, string? key = Key, string name = "custom", TimeProvider? time = null)
    {
        var gateway = new TestGateway([TestGateway.Model("m-1", baseUrl, name, key is null ? [] : [key])], time, attempts: 1);
        return new GatewayChatClient(gateway.Gateway, Some.Id(), new CallFor("user:1", null, "", Purposes.Turn), null, TimeSpan.Zero);
    }

    public static async Task<Asked> Ask(FakeProvider provider, string question = "What is the time?", ChatOptions? options = null, TimeProvider? time = null)
    {
        using var client = ClientOf(provider, time: time);
        return await Ask(client, question, options);
    }

    public static async Task<Asked> Ask(IChatClient client, string question = "What is the time?", ChatOptions? options = null)
    {
        var text = new StringBuilder();
        ChatResponseUpdate? last = null;
        try
        {
            await foreach (var update in client.GetStreamingResponseAsync(
                [new ChatMessage(ChatRole.User, question)], options, TestContext.Current.CancellationToken))
            {
                text.Append(update.Text);
                last = update;
            }
        }
        catch (ProviderException e)
        {
            return new Asked(text.ToString(), null, last?.ModelId, null, e);
        }

        var usage = last!.Contents.OfType<UsageContent>().SingleOrDefault()?.Details;
        return new Asked(text.ToString(), last.FinishReason?.Value, last.ModelId, usage, null);
    }
}
