using System.CommandLine;
using System.Globalization;
using Bus.Memory;
using Bus.Memory.Usage;
using Bus.Messaging;
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
            (services, stop) => Run(services, parsed.GetValue(days), stop), cancellation, builder =>
            {
                builder.AddBaseCurrency();
                builder.Services.AddReadModels();
            }));
        return usage;
    }

    private static async Task<int> Run(IServiceProvider services, int days, CancellationToken cancellation)
    {
        if (days is < 1 or > MostDays)
            return await LogCommand.Refuse($"--days must be a number from 1 to {MostDays}.");
        var today = new DateTimeOffset(services.GetRequiredService<TimeProvider>().GetUtcNow().UtcDateTime.Date, TimeSpan.Zero);
        var filter = new UsageFilter(today.AddDays(1 - days), today.AddDays(1));
        var query = new UsageQuery(services.GetRequiredService<NpgsqlDataSource>());
        Console.WriteLine($"day         requests  failed      input     output  cost ({services.GetRequiredService<BaseCurrency>().Code})  model");
        foreach (var used in await query.Run(filter, ["day", "provider", "model"], int.MaxValue, 0, cancellation))
        {
            Console.WriteLine(
                $"{used.Day}  {used.Requests,8}  {used.Failed,6}  {used.InputTokens,9}  {used.OutputTokens,9}  {used.Cost?.ToString("f4", CultureInfo.InvariantCulture) ?? "-",-10}  "
                + $"{used.Provider}: {used.Model}{(used.EstimatedTokens > 0 ? $" ({used.EstimatedTokens} tokens estimated)" : "")}"
                + (used.UnpricedRequests > 0 ? $" ({used.UnpricedRequests} requests have no known price)" : "")
                + (used.EarlierRuns > 0 ? $" (and up to {used.EarlierRuns} calls of processes that did not live to tell what they took)" : ""));
        }

        return 0;
    }
}
