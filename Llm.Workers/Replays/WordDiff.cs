using Bus.Contracts;

namespace Bus.Llm.Replays;

/// <summary>
/// What changed between two texts, word by word: the shortest way from one to the other (E. Myers, "An O(ND) Difference
/// Algorithm and Its Variations", 1986).
/// </summary>
internal static class WordDiff
{
    /// <summary>Texts that differ in more words than this, from the first to the last difference, are taken as wholly different there.</summary>
    private const int MostEdits = 1500;

    /// <summary>A reply beside the recorded one.</summary>
    public static ReplyComparison Compare(string original, string text, long originalVersion)
    {
        var same = string.Equals(original, text, StringComparison.Ordinal);
        var parts = Of(original, text);
        var common = parts.Where(part => part.Op == DiffOps.Equal).Sum(part => (long)part.Length);
        // Never rounded up: only the same text has all in common.
        var similarity = same ? 1 : Math.Floor(2000.0 * common / (original.Length + (long)text.Length)) / 1000;
        return new ReplyComparison(originalVersion, same, similarity, parts);
    }

    /// <summary>The parts that lead from one text to the other; within a change, what went comes first.</summary>
    public static IReadOnlyList<DiffPart> Of(string before, string after)
    {
        var ids = new Dictionary<string, int>(StringComparer.Ordinal);
        var (a, b) = (Words.Of(before, ids), Words.Of(after, ids));
        var start = 0;
        while (start < a.Count && start < b.Count && a[start] == b[start])
            start++;
        var end = 0;
        while (end < a.Count - start && end < b.Count - start && a[^(end + 1)] == b[^(end + 1)])
            end++;

        var (i, j) = (start, start);
        var parts = new DiffParts();
        parts.Equal(Length(a, 0, start));
        foreach (var step in Steps(a[start..^end], b[start..^end]) ?? [new(a.Count - start - end, b.Count - start - end, 0)])
        {
            parts.Delete(Length(a, i, step.Deleted));
            parts.Insert(Length(b, j, step.Inserted));
            parts.Equal(Length(a, i + step.Deleted, step.Kept));
            i += step.Deleted + step.Kept;
            j += step.Inserted + step.Kept;
        }

        parts.Equal(Length(a, a.Count - end, end));
        return parts.End();
    }

    private static int Length(List<Word> words, int start, int count)
    {
        var length = 0;
        for (var i = start; i < start + count; i++)
            length += words[i].Length;
        return length;
    }

    /// <summary>The steps from a to b; null when they would be more than are looked for.</summary>
    private static List<Step>? Steps(List<Word> a, List<Word> b)
    {
        var most = Math.Min(a.Count + b.Count, MostEdits);
        // How far one comes on each diagonal (k = x - y) with the edits so far.
        var furthest = new int[(2 * most) + 3];
        var zero = most + 1;
        var rounds = new List<int[]>();
        for (var edits = 0; edits <= most; edits++)
        {
            for (var k = -edits; k <= edits; k += 2)
            {
                var x = IsInsert(furthest, zero, k, edits) ? furthest[zero + k + 1] : furthest[zero + k - 1] + 1;
                while (x < a.Count && x - k < b.Count && a[x] == b[x - k])
                    x++;
                furthest[zero + k] = x;
                if (x >= a.Count && x - k >= b.Count)
                    return Back(rounds, a.Count, b.Count);
            }

            rounds.Add(furthest[(zero - edits)..(zero + edits + 1)]);
        }

        return null;
    }

    private static bool IsInsert(int[] furthest, int zero, int k, int edits) =>
        k == -edits || (k != edits && furthest[zero + k - 1] < furthest[zero + k + 1]);

    /// <summary>The way back from the ends to the beginnings, one edit per round.</summary>
    private static List<Step> Back(List<int[]> rounds, int x, int y)
    {
        var steps = new List<Step>();
        for (var edits = rounds.Count; edits > 0; edits--)
        {
            var (before, zero, k) = (rounds[edits - 1], edits - 1, x - y);
            var insert = IsInsert(before, zero, k, edits);
            var fromK = insert ? k + 1 : k - 1;
            var fromX = before[zero + fromK];
            steps.Add(insert ? new(0, 1, x - fromX) : new(1, 0, x - fromX - 1));
            (x, y) = (fromX, fromX - fromK);
        }

        steps.Add(new(0, 0, x));
        steps.Reverse();
        return steps;
    }

    /// <summary>Words that went, words that came, and the words after them that stayed.</summary>
    private readonly record struct Step(int Deleted, int Inserted, int Kept);
}
