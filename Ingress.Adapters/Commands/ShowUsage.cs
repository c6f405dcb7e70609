using Bus.Contracts;
using MassTransit;

namespace Bus.Ingress.Commands;

/// <summary>Tells what a conversation has taken so far.</summary>
internal sealed class ShowUsage(IBus bus) : IBotCommand
{
    public string Name => "usage";

    public async Task<string?> Run(CommandCall call, CancellationToken cancellation)
    {
        try
        {
            var read = (await bus.CreateRequestClient<ReadUsage>().GetResponse<UsageRead>(new ReadUsage(call.Origin.ConversationId()), cancellation)).Message;
            var taken = call.Texts.Of("usage", read.Replies, read.InputTokens, read.OutputTokens);
            return CostOf(read, call.Texts) is { } cost ? $"{taken} {cost}" : taken;
        }
        catch (Exception failure) when (failure is RequestException && !cancellation.IsCancellationRequested)
        {
            return call.Texts["usage_unknown"]; // the role memory does not run
        }
    }

    /// <summary>What is not known is not passed over: a sum without it looks like the whole.</summary>
    private static string? CostOf(UsageRead read, Texts texts) => read switch
    {
        { Currency: null } => null,
        { Cost: null, Unpriced: 0 } => null,
        { Cost: null } => texts["usage_no_price"],
        { Unpriced: 0 } => texts.Of("usage_cost", read.Cost, read.Currency),
        _ => texts.Of("usage_cost_in_part", read.Cost, read.Currency, read.Unpriced),
    };
}
