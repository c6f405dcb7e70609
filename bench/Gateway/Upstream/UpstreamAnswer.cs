using System.Text;

namespace Bus.Bench.Gateway.Upstream;

/// <summary>An answer, made beforehand: in one piece, and as the events of a stream. Only what it says to have taken differs from one to another.</summary>
internal sealed class UpstreamAnswer
{
    /// <summary>The content, a piece for each chunk. Nothing in it is escaped in JSON.</summary>
    public static readonly string[] Pieces =
    [
        "The", " sea", " is", " about", " forty", " minutes", " from", " here", " on", " foot.",
        " Take", " water", " with", " you,", " a", " hat,", " and", " something", " to", " read.",
    ];

    private const string Head = "\"id\":\"chatcmpl-B7x2VfKp0sQmT4nYzLcR9dHe1uWjA\"";
    private const string Rest = "\"created\":1767225600,\"model\":\"bench-model\",\"service_tier\":\"default\",\"system_fingerprint\":\"fp_5b26d85e12\"";

    private UpstreamAnswer(int prompt, int completion)
    {
        (PromptTokens, CompletionTokens) = (prompt, completion);
        var usage =
            $"{{\"prompt_tokens\":{prompt},\"completion_tokens\":{completion},\"total_tokens\":{prompt + completion},"
            + "\"prompt_tokens_details\":{\"cached_tokens\":0,\"audio_tokens\":0},\"completion_tokens_details\":{\"reasoning_tokens\":0,\"audio_tokens\":0}}";
        Whole = HttpAnswer.Of(Encoding.UTF8.GetBytes(
            $"{{{Head},\"object\":\"chat.completion\",{Rest},\"choices\":[{{\"index\":0,\"message\":{{\"role\":\"assistant\",\"content\":\"{string.Concat(Pieces)}\",\"refusal\":null}},"
            + $"\"logprobs\":null,\"finish_reason\":\"stop\"}}],\"usage\":{usage}}}"));
        Usage = HttpAnswer.Event($"{{{Head},\"object\":\"chat.completion.chunk\",{Rest},\"choices\":[],\"usage\":{usage}}}");
    }

    /// <summary>The whole content.</summary>
    public static byte[] TextBytes { get; } = Encoding.UTF8.GetBytes(string.Concat(Pieces));

    /// <summary>The beginning of a stream, with its first event.</summary>
    public static byte[] Role { get; } = [.. HttpAnswer.StreamHead, .. Chunk("\"role\":\"assistant\",\"content\":\"\"", "null")];

    /// <summary>The events with the content.</summary>
    public static byte[][] Contents { get; } = [.. Pieces.Select(piece => Chunk($"\"content\":\"{piece}\"", "null"))];

    /// <summary>The event that says that the answer is whole.</summary>
    public static byte[] Finish { get; } = Chunk("", "\"stop\"");

    /// <summary>The end of a stream.</summary>
    public static byte[] Done { get; } = [.. HttpAnswer.Event("[DONE]"), .. HttpAnswer.End];

    /// <summary>Different enough that a sum is not right by chance.</summary>
    public static UpstreamAnswer[] All { get; } = [.. Enumerable.Range(0, 50).Select(number => new UpstreamAnswer(40 + number, 20 + (number % 7)))];

    public int PromptTokens { get; }

    public int CompletionTokens { get; }

    /// <summary>The answer in one piece.</summary>
    public byte[] Whole { get; }

    /// <summary>The event with what it took.</summary>
    public byte[] Usage { get; }

    private static byte[] Chunk(string delta, string finish) =>
        HttpAnswer.Event($"{{{Head},\"object\":\"chat.completion.chunk\",{Rest},\"choices\":[{{\"index\":0,\"delta\":{{{delta}}},\"logprobs\":null,\"finish_reason\":{finish}}}]}}");
}
