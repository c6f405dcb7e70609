using Bus.Contracts;

namespace Bus.Llm.Replays;

/// <summary>Joins stretches of text: between two that stayed there is at most one that went and one that came.</summary>
internal sealed class DiffParts
{
    private readonly List<DiffPart> parts = [];
    private int equal;
    private int deleted;
    private int inserted;

    public void Equal(int length)
    {
        if (length == 0)
            return;
        EndChange();
        equal += length;
    }

    public void Delete(int length)
    {
        if (length == 0)
            return;
        EndEqual();
        deleted += length;
    }

    public void Insert(int length)
    {
        if (length == 0)
            return;
        EndEqual();
        inserted += length;
    }

    public IReadOnlyList<DiffPart> End()
    {
        EndEqual();
        EndChange();
        return parts;
    }

    private void EndEqual() => Add(DiffOps.Equal, ref equal);

    private void EndChange()
    {
        Add(DiffOps.Delete, ref deleted);
        Add(DiffOps.Insert, ref inserted);
    }

    private void Add(string op, ref int length)
    {
        if (length > 0)
            parts.Add(new DiffPart(op, length));
        length = 0;
    }
}
