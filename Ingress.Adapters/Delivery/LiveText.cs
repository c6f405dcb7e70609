using System.Text;
using Bus.Contracts;

namespace Bus.Ingress.Delivery;

/// <summary>An answer as far as it has come. Pieces may be missing; then it stays as it is, and the end makes good for it.</summary>
internal sealed class LiveText
{
    private readonly StringBuilder text = new();
    private Guid? runId;

    /// <summary>There is something that was not shown.</summary>
    public bool IsNew { get; private set; }

    /// <summary>Takes a piece. A second run of the attempt, after a process died, begins anew.</summary>
    public void Add(ReplyChunk chunk)
    {
        if (runId != chunk.RunId && chunk.Offset == 0)
        {
            runId = chunk.RunId;
            text.Clear();
        }

        if (runId != chunk.RunId || chunk.Offset != text.Length)
            return;
        text.Append(chunk.Text);
        IsNew = true;
    }

    /// <summary>What there is, to be shown now.</summary>
    public string Take()
    {
        IsNew = false;
        return text.ToString();
    }
}
