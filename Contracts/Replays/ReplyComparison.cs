namespace Bus.Contracts;

/// <summary>
/// A reply beside the recorded one: which words stayed, went and came. It tells places and holds no words, so that nothing of
/// the session outlives it here.
/// </summary>
/// <param name="OriginalVersion">The version of the recorded <see cref="ReplyGenerated"/> in its session.</param>
/// <param name="IsSame">The texts are the same, code unit by code unit.</param>
/// <param name="Similarity">What both have in common: 0 (nothing) to 1 (all), in three decimals.</param>
/// <param name="Parts">What leads from the recorded text to the other, from the beginning.</param>
public sealed record ReplyComparison(long OriginalVersion, bool IsSame, double Similarity, IReadOnlyList<DiffPart> Parts);

/// <summary>A stretch of text that stayed, went or came.</summary>
/// <param name="Op">A name of <see cref="DiffOps"/>.</param>
/// <param name="Length">How long it is, in UTF-16 code units.</param>
public sealed record DiffPart(string Op, int Length);

/// <summary>What happens to a stretch of text.</summary>
public static class DiffOps
{
    /// <summary>It is in both.</summary>
    public const string Equal = "equal";

    /// <summary>It is in the recorded text only.</summary>
    public const string Delete = "delete";

    /// <summary>It is in the other text only.</summary>
    public const string Insert = "insert";
}
