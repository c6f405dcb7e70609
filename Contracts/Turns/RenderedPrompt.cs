using System.Security.Cryptography;
using System.Text.Json;

namespace Bus.Contracts;

/// <summary>A prompt as the model gets it.</summary>
/// <param name="Messages">The messages, in order.</param>
public sealed record RenderedPrompt(IReadOnlyList<PromptMessage> Messages)
{
    /// <summary>The message that an event of the log becomes in a prompt; null when it becomes none.</summary>
    public static PromptMessage? MessageOf(object logged) => logged switch
    {
        MessageReceived message => new PromptMessage(Roles.User, SpokenText.Of(message)),
        QuotedMessage { Author: null } own => new PromptMessage(Roles.Assistant, own.Text),
        QuotedMessage quoted => new PromptMessage(Roles.User, SpokenText.Of(quoted)),
        MessageEdited edit => new PromptMessage(Roles.User, SpokenText.Of(edit)),
        ReplyGenerated { Text.Length: > 0 } reply => new PromptMessage(Roles.Assistant, reply.Text),
        _ => null,
    };

    /// <summary>The prompt of an instruction and the parts that the log gave for its references.</summary>
    public static RenderedPrompt Of(string instruction, IEnumerable<PromptMessage> parts) =>
        new(instruction.Length == 0 ? [.. parts] : [new PromptMessage(Roles.System, instruction), .. parts]);

    /// <summary>SHA-256 over the messages as JSON, in lower-case hexadecimal digits.</summary>
    public string Hash() => Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(Messages)));

    /// <summary>
    /// Tokens, estimated: a quarter of the UTF-8 bytes (about what byte-pair encodings need for European text and an
    /// over-estimate for other scripts), and four for each message's frame.
    /// </summary>
    public static int EstimateTokens(string text) => 4 + (System.Text.Encoding.UTF8.GetByteCount(text) + 3) / 4;
}

/// <summary>One message of a prompt.</summary>
/// <param name="Role">A name of <see cref="Roles"/>.</param>
/// <param name="Content">The text.</param>
public sealed record PromptMessage(string Role, string Content);

/// <summary>Who speaks in a prompt and in a history.</summary>
public static class Roles
{
    /// <summary>The instruction.</summary>
    public const string System = "system";

    /// <summary>A person.</summary>
    public const string User = "user";

    /// <summary>The bot.</summary>
    public const string Assistant = "assistant";
}
