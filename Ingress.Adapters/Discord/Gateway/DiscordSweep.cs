using Bus.Ingress.Delivery;
using Bus.Ingress.Discord.Intake;

namespace Bus.Ingress.Discord.Gateway;

/// <summary>Forgets, now and then, what nobody needs any more.</summary>
internal sealed class DiscordSweep(DeliveryLedger ledger, DiscordMessages messages, PendingInteractions interactions, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    /// <summary>Until it is cancelled.</summary>
    public async Task Run(CancellationToken cancellation)
    {
        while (true)
        {
            await ledger.Sweep(cancellation);
            await messages.Sweep(cancellation);
            await interactions.Sweep(cancellation);
            await Task.Delay(Interval, time, cancellation);
        }
    }
}
