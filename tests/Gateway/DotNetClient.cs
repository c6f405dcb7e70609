using System.ClientModel;
using System.ClientModel.Primitives;
using Bus.Tests.Support;
using OpenAI;
using OpenAI.Chat;
using OpenAI.Embeddings;
using OpenAI.Models;

namespace Bus.Tests.Gateway;

/// <summary>OpenAI's client for .NET, as it is, but that it asks once.</summary>
internal static class DotNetClient
{
    public static ChatClient Chat(this HostProcess host, string key, string model) => new(model, new ApiKeyCredential(key), Options(host));

    public static EmbeddingClient Embeddings(this HostProcess host, string key, string model) => new(model, new ApiKeyCredential(key), Options(host));

    public static OpenAIModelClient Models(this HostProcess host, string key) => new(new ApiKeyCredential(key), Options(host));

    private static OpenAIClientOptions Options(HostProcess host) => new()
    {
        Endpoint = new Uri(host.Http.BaseAddress!, "/v1"),
        RetryPolicy = new ClientRetryPolicy(maxRetries: 0),
    };
}
