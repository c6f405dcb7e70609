using System.Text;
using Bus.Contracts;
using Bus.Messaging;
using Microsoft.Extensions.Configuration;

namespace Bus.Memory.Context;

/// <summary>What goes into a prompt.</summary>
/// <param name="Instruction">The system instruction (<c>SYSTEM_PROMPT</c>).</param>
/// <param name="Messages">The last messages of the session, this turn's among them (<c>SHORT_HISTORY_LIMIT</c>).</param>
/// <param name="Tokens">The most that the prompt may take, estimated (<c>DEFAULT_CONTEXT_TOKEN_LIMIT</c>).</param>
public sealed record ContextSettings(string Instruction, int Messages, int Tokens)
{
    /// <summary>Reads the settings.</summary>
    /// <exception cref="InvalidOperationException">A setting is no number in its range.</exception>
    public static ContextSettings From(IConfiguration configuration) => new(
        InstructionOf(configuration) ?? "You are a helpful assistant. Answer in the language of the question.",
        configuration.Number(Limits.ShortHistoryLimit),
        configuration.Number(Limits.DefaultContextTokenLimit));

    /// <summary>It is kept with every turn.</summary>
    private static string? InstructionOf(IConfiguration configuration) =>
        configuration["SYSTEM_PROMPT"] is not { } given || Encoding.UTF8.GetByteCount(given) <= Limits.LargestText
            ? configuration["SYSTEM_PROMPT"]
            : throw new InvalidOperationException($"SYSTEM_PROMPT must not be longer than {Limits.LargestText} bytes in UTF-8.");
}
