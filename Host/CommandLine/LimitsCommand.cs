using System.CommandLine;
using Bus.Accounts;
using Bus.Llm.Metering.Limiting;
using Bus.Messaging;

namespace Bus.Host.CommandLine;

/// <summary><c>./bus limits recount</c>: what limits count, as the ledger has it.</summary>
internal static class LimitsCommand
{
    public static Command Create() => new("limits", "Look after what limits of calls to models count") { Recount() };

    private static Command Recount()
    {
        var recount = new Command("recount", "Count anew, from the ledger, what limits count; calls to models wait meanwhile");
        recount.SetAction((_, cancellation) => Tool.Run(
            async (services, stop) =>
            {
                Console.WriteLine($"{await services.GetRequiredService<LimitsTool>().Recount(stop)} counters, as the ledger has them");
                return 0;
            },
            cancellation,
            builder =>
            {
                builder.Services.AddSystemSettings();
                builder.AddAccounts();
                builder.Services.AddLimitsTool();
            }));
        return recount;
    }
}
