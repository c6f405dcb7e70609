using System.Text.Json;

namespace Bus.Tests.Llm;

/// <summary>Lines of a well-behaved stream.</summary>
public static class Wire
{
    public const string Done = "data: [DONE]\n\n";

    public const string Usage =
        """data: {"id":"c1","object":"chat.completion.chunk","created":1,"model":"m-1","choices":[],"usage":{"prompt_tokens":7,"completion_tokens":3,"total_tokens":10,"prompt_tokens_details":{"cached_tokens":5},"completion_tokens_details":{"reasoning_tokens":2}}}""" + "\n\n";

    public static string Piece(string text) =>
        $$$"""data: {"id":"c1","object":"chat.completion.chunk","created":1,"model":"m-1","choices":[{"index":0,"delta":{"content":{{{JsonSerializer.Serialize(text)}}}},"finish_reason":null}]}""" + "\n\n";

    public static string Finish(string reason) =>
        $$$"""data: {"id":"c1","object":"chat.completion.chunk","created":1,"model":"m-1","choices":[{"index":0,"delta":{},"finish_reason":"{{{reason}}}"}]}""" + "\n\n";
}
