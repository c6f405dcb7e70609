using Bus.Contracts;

namespace Bus.Llm.Gateway;

/// <summary>A piece of an answer, as the provider wrote it, and what is in it that matters to us.</summary>
/// <param name="Data">The JSON; valid until the next piece is asked for.</param>
/// <param name="Id">What the provider calls the answer.</param>
/// <param name="FinishReason">Why it ended, when this piece says so.</param>
/// <param name="Tokens">What it has taken so far, when this piece says so.</param>
/// <param name="TextBytes">How much a model said in it, in bytes of JSON: words, thoughts and calls of tools.</param>
/// <param name="HasChoices">It has a part of an answer; else it tells of the usage alone.</param>
/// <param name="IsWhole">It is a whole answer, not a piece of one.</param>
internal readonly record struct AnswerPiece(
    ReadOnlyMemory<byte> Data, string? Id, string? FinishReason, TokenCounts? Tokens, int TextBytes, bool HasChoices, bool IsWhole)
{
    /// <summary>A piece as it was written, and what is in it.</summary>
    public static AnswerPiece Of(ReadOnlyMemory<byte> data, AnswerFacts facts) =>
        new(data, facts.Id, facts.FinishReason, facts.Tokens, facts.TextBytes, facts.HasChoices, facts.IsWhole) { HasRole = facts.HasRole };

    /// <summary>It says whose words they are.</summary>
    public bool HasRole { get; init; }

    /// <summary>Something that people would see: nobody else can be asked once it is out.</summary>
    public bool IsShown => TextBytes > 0 || FinishReason is not null || IsWhole;
}
