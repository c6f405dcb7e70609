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
            return call.Texts.Of("usage", read.Replies, read.InputTokens, read.OutputTokens);
        }
        catch (Exception failure) when (failure is RequestException && !cancellation.IsCancellationRequested)
        {
            return call.Texts["usage_unknown"]; // the role memory does not run
        }
    }
}
