namespace Bus.Llm.Catalog;

/// <summary>Orders in which several take turns.</summary>
internal static class Turns
{
    /// <summary>All of them, in an order in which the heavier ones come earlier more often.</summary>
    /// <param name="all">Of whom.</param>
    /// <param name="weightOf">How heavy one is; below 1 counts as 1.</param>
    /// <param name="random">Draws.</param>
    public static IEnumerable<T> Drawn<T>(this IEnumerable<T> all, Func<T, int> weightOf, Random random)
    {
        var left = all.Select(one => (One: one, Weight: Math.Max(1, weightOf(one)))).ToList();
        while (left.Count > 0)
        {
            var ticket = random.NextInt64(left.Sum(one => (long)one.Weight));
            var drawn = left.FindIndex(one => (ticket -= one.Weight) < 0);
            yield return left[drawn].One;
            left.RemoveAt(drawn);
        }
    }

    /// <summary>All of them, beginning with the one whose turn it is.</summary>
    /// <param name="all">Of whom.</param>
    /// <param name="turn">The number of the turn, from 0.</param>
    public static IEnumerable<T> FromTurn<T>(this IReadOnlyList<T> all, uint turn)
    {
        var first = all.Count == 0 ? 0 : (int)(turn % (uint)all.Count);
        return all.Skip(first).Concat(all.Take(first));
    }
}
