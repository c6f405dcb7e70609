using System.Text.Json;

namespace Bus.Faults.Check;

/// <summary>An attempt with a model, as the ledger tells it.</summary>
internal sealed class LoggedCall
{
    /// <summary>How often it was put aside what it may take.</summary>
    public int Reserved { get; private set; }

    /// <summary>How often it was settled.</summary>
    public int Settled { get; private set; }

    /// <summary>How it ended.</summary>
    public string Outcome { get; private set; } = "";

    /// <summary>Why it failed; null when it did not.</summary>
    public string? Failure { get; private set; }

    /// <summary>How its tokens are known.</summary>
    public string Basis { get; private set; } = "";

    public long Input { get; private set; }

    public long Output { get; private set; }

    /// <summary>The provider has said what it took.</summary>
    public bool IsMeasured => Basis == "measured";

    public override string ToString() => $"{Outcome}{(Failure is null ? "" : $" ({Failure})")}, {Basis}, {Input} + {Output} tokens";

    /// <summary>Takes in the next event of it. What comes later stands for what came before.</summary>
    public void Add(string type, JsonElement data)
    {
        if (type == "usage_reserved")
            Reserved++;
        if (type == "usage_settled")
        {
            Settled++;
            Outcome = data.GetProperty(nameof(Outcome)).GetString()!;
            Failure = data.TryGetProperty(nameof(Failure), out var failure) ? failure.GetString() : null;
        }

        if (!data.TryGetProperty("Tokens", out var tokens))
            return;
        Basis = data.GetProperty(nameof(Basis)).GetString()!;
        (Input, Output) = (tokens.GetProperty(nameof(Input)).GetInt64(), tokens.GetProperty(nameof(Output)).GetInt64());
    }
}
