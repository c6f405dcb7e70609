using Bus.Contracts;

namespace Bus.Llm.Gateway.Keeping;

/// <summary>An answer that is taken down while it comes, as long as it is not too large.</summary>
/// <param name="keep">Keeps it.</param>
internal sealed class Recording(Func<IReadOnlyList<byte[]>, Task> keep)
{
    private readonly List<byte[]> pieces = [];
    private int left = Limits.LargestKeptAnswer;

    /// <summary>A piece of it came.</summary>
    public void Add(ReadOnlyMemory<byte> piece)
    {
        left -= piece.Length;
        if (left >= 0)
            pieces.Add(piece.ToArray());
        else
            pieces.Clear();
    }

    /// <summary>It is whole.</summary>
    public Task Keep() => left >= 0 ? keep(pieces) : Task.CompletedTask;
}
