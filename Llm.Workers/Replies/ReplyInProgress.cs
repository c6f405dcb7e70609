using Bus.Contracts;
using Bus.Llm.Gateway;
using Microsoft.Extensions.AI;

namespace Bus.Llm;

/// <summary>One attempt while the model speaks: what it has said so far, and what becomes of it. The gateway writes in the ledger what it takes.</summary>
internal sealed class ReplyInProgress(GenerateReply command, RenderedPrompt prompt, ModelRoute route, DateTimeOffset startedAt)
{
    private UsageDetails? usage;
    private string? model;
    private string? provider;
    private decimal? cost;

    public ReplyText Text { get; } = new(Limits.LongestReply);

    public string? FinishReason { get; private set; }

    public bool HasText => Text.ToString().AsSpan().Trim().Length > 0;

    public string Model => model ?? route.Model;

    /// <summary>Who answers: another than was to, when that one did not.</summary>
    public string Provider => provider ?? route.Provider;

    /// <summary>Takes the model's next piece in; false when no more is wanted.</summary>
    public bool Add(ChatResponseUpdate update)
    {
        model ??= Name(update.ModelId);
        provider ??= update.AdditionalProperties?[GatewayChatClient.Provider] as string;
        cost = update.AdditionalProperties?.GetValueOrDefault(GatewayChatClient.Cost) as decimal? ?? cost;
        FinishReason ??= Name(update.FinishReason?.Value);
        usage = update.Contents.OfType<UsageContent>().LastOrDefault()?.Details ?? usage;
        if (Text.Add(update.Text))
            return true;
        FinishReason = FinishReasons.Length;
        return false;
    }

    public ReplyGenerated Generated(string finishReason, DateTimeOffset now) => new(
        command.ConversationId, command.SessionId, command.TurnId, command.AttemptId,
        Text.ToString(), Provider, Model, finishReason, Usage(), startedAt, now, IsInLedger: true, Cost: cost);

    public ReplyFailed Failed(string reason, string? kind, bool asked, DateTimeOffset now) => new(
        command.ConversationId, command.SessionId, command.TurnId, command.AttemptId,
        reason, Text.ToString(), Provider, Model, asked ? Usage() : ReplyUsage.None, startedAt, now, Kind: kind, IsInLedger: true);

    private Usage Usage() => usage is null ? ReplyUsage.Estimate(prompt, Text.ToString()) : ReplyUsage.Reported(usage);

    // A name that a stranger gave: it must not become a text of its own.
    private static string? Name(string? given)
    {
        var name = given is null ? "" : string.Concat(given.Where(c => c is > ' ' and <= '~').Take(Limits.LongestProviderName));
        return name.Length == 0 ? null : name;
    }
}
