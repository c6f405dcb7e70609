using System.CommandLine;
using System.Globalization;
using Bus.Accounts;
using Bus.Events.Projections;
using Bus.Llm;
using Bus.Memory;
using Bus.Memory.Repricings;
using Bus.Messaging;
using Bus.Messaging.Access;
using Bus.Messaging.Http;

namespace Bus.Host.CommandLine;

/// <summary><c>./bus reprice --model ID --from DAY --input P --output P [--apply]</c>: another price for calls that are over.</summary>
internal static class RepriceCommand
{
    private static readonly Actor By = new("cli", "command line", "");

    private static readonly Option<Guid> Model = new("--model") { Description = "The entry of the catalog, by its id", Required = true };
    private static readonly Option<string> From = new("--from") { Description = "The first day (UTC), or a time with its offset from UTC", Required = true };
    private static readonly Option<string?> To = new("--to") { Description = "The last day, or a time that is not part of it; now by default" };
    private static readonly Option<string?> Currency = new("--currency") { Description = "The currency of the prices; the base currency by default" };
    private static readonly Option<decimal> Input = new("--input") { Description = "What a million tokens of prompts cost", Required = true };
    private static readonly Option<decimal> Output = new("--output") { Description = "What a million tokens of answers cost", Required = true };
    private static readonly Option<decimal?> CachedInput = new("--cached-input") { Description = "Of prompts, where the provider had them cached; as --input by default" };
    private static readonly Option<decimal?> Reasoning = new("--reasoning") { Description = "Of answers, where they were thinking; as --output by default" };
    private static readonly Option<decimal?> Rate = new("--rate") { Description = "What one of the currency is in the base currency" };
    private static readonly Option<Guid?> Id = new("--id") { Description = "Which re-pricing it is: one that was begun by this id is brought to its end" };
    private static readonly Option<bool> Apply = new("--apply") { Description = "Correct the ledger; otherwise nothing is changed" };

    public static Command Create()
    {
        var reprice = new Command("reprice", "Show what another price would change for calls that are over, and correct them")
        {
            Model, From, To, Currency, Input, Output, CachedInput, Reasoning, Rate, Id, Apply,
        };
        reprice.SetAction((parsed, cancellation) => Tool.Run((services, stop) => Run(services, parsed, stop), cancellation, builder =>
        {
            builder.AddBaseCurrency();
            builder.Services.AddSystemSettings();
            builder.AddAccounts();
            builder.Services.AddReadModels().AddRepricing().AddLedgerCorrections();
        }));
        return reprice;
    }

    private static async Task<int> Run(IServiceProvider services, ParseResult parsed, CancellationToken cancellation)
    {
        var request = new RepricingRequest(
            parsed.GetValue(Id), parsed.GetValue(Model), parsed.GetValue(From), parsed.GetValue(To), new PriceRequest(
                parsed.GetValue(Currency), parsed.GetValue(Input), parsed.GetValue(Output), parsed.GetValue(CachedInput), parsed.GetValue(Reasoning), parsed.GetValue(Rate)));
        var repricer = services.GetRequiredService<Repricer>();
        try
        {
            if (await services.GetRequiredService<ProjectionReads>().CatchUp(["Ledger"], cancellation) is > 0 and var behind)
                return await LogCommand.Refuse($"The projection Ledger is {behind} events behind the log. It catches up while a process with the role memory runs.");
            Write(parsed.GetValue(Apply) ? await repricer.Apply(request, By, cancellation) : await repricer.Preview(request, cancellation));
            return 0;
        }
        catch (ProblemException refused)
        {
            return await LogCommand.Refuse(refused.Message);
        }
    }

    private static void Write(RepricingReport report)
    {
        Console.WriteLine($"{"attempts",9}  {"changed",9}  {"before",14}  {"after",14}  {"difference",14}  owner ({report.Currency})");
        foreach (var owner in report.By.Append(report.Totals))
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{owner.Attempts,9}  {owner.Changed,9}  {owner.CostBefore,14:f6}  {owner.CostAfter,14:f6}  {owner.Difference,14:+0.000000;-0.000000;0}  {owner.Owner ?? "all"}")
                + (owner.UnpricedBefore > 0 ? $" ({owner.UnpricedBefore} had no price)" : ""));
        }

        Console.WriteLine(report.Id is { } id ? $"Applied as {id}." : "Nothing was changed. --apply corrects the ledger.");
    }
}
