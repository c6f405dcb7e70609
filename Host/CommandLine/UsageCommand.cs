using System.CommandLine;
using Bus.Memory;
using Bus.Memory.Usage;
using Npgsql;

namespace Bus.Host.CommandLine;

/// <summary><c>./bus usage [--days N]</c>: what the models took.</summary>
internal static class UsageCommand
{
    private const int MostDays = 36_500;

    public static Command Create()
    {
        var days = new Option<int>("--days") { Description = "So many days back, today among them", DefaultValueFactory = _ => 30 };
        var usage = new Command("usage", "What the models took, day by day") { days };
        usage.SetAction((parsed, cancellation) => Tool.Run(
            (services, stop) => Run(services, parsed.GetValue(days), stop), cancellation, builder => builder.Services.AddReadModels()));
        return usage;
    }

    private static async Task<int> Run(IServiceProvider services, int days, CancellationToken cancellation)
    {
        if (days is < 1 or > MostDays)
            return await LogCommand.Refuse($"--days must be a number from 1 to {MostDays}.");
        var today = DateOnly.FromDateTime(services.GetRequiredService<TimeProvider>().GetUtcNow().UtcDateTime);
        Console.WriteLine("day         attempts  failed      input     output  cost     model");
        foreach (var used in await new UsageQuery(services.GetRequiredService<NpgsqlDataSource>()).Run(today.AddDays(1 - days), cancellation))
        {
            Console.WriteLine(
                $"{used.Day:yyyy-MM-dd}  {used.Attempts,8}  {used.Failed,6}  {used.InputTokens,9}  {used.OutputTokens,9}  {used.Cost?.ToString("f4", System.Globalization.CultureInfo.InvariantCulture) ?? "-",-7}  "
                + $"{used.Provider}: {used.Model}{(used.EstimatedTokens > 0 ? $" ({used.EstimatedTokens} tokens estimated)" : "")}"
                + (used.EarlierRuns > 0 ? $" (and up to {used.EarlierRuns} calls of processes that did not live to tell what they took)" : ""));
        }

        return 0;
    }
}
