using System.Text.Json;
using Bus.Llm.Catalog;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Gateway;

public sealed class Pricing_a_model(GatewaySystem shared)
{
    [Fact]
    public async Task Should_keep_the_prices_of_all_times()
    {
        var made = await shared.Add(("prices", new object[]
        {
            new { from = "2099-01-01T00:00:00Z", input = 9, output = 90 },
            new { from = "2025-01-01T02:00:00+02:00", currency = "CNY", input = 2, output = 8.5, cached_input = 0.5, reasoning = 16, rate = 0.14 },
            new { from = "2026-01-01T00:00:00Z", currency = "USD", input = 0.15, output = 0.6 },
        }));
        Assert.Equal(["2025-01-01T00:00:00+00:00", "2026-01-01T00:00:00+00:00", "2099-01-01T00:00:00+00:00"], made.Json.GetProperty("prices").EnumerateArray().Select(price => price.GetProperty("from").GetString()));
        Assert.Equal((0.15m, 0.6m, "USD"), (made.Json.GetProperty("input_price").GetDecimal(), made.Json.GetProperty("output_price").GetDecimal(), made.Text("currency")));

        var model = await Model(made);
        var old = model.PriceAt(new DateTimeOffset(2025, 6, 1, 0, 0, 0, TimeSpan.Zero))!;
        Assert.Equal(("CNY", 2m, 8.5m, 0.5m, 16m, 0.14m), (old.Currency, old.Input, old.Output, old.CachedInput, old.Reasoning, old.Rate));
        Assert.Equal(9, model.PriceAt(new DateTimeOffset(2100, 1, 1, 0, 0, 0, TimeSpan.Zero))!.Input);
        Assert.Null(model.PriceAt(new DateTimeOffset(2024, 1, 1, 0, 0, 0, TimeSpan.Zero)));
    }

    [Fact]
    public async Task Should_take_a_price_in_short_as_one_from_now_on()
    {
        var admin = await shared.Admin();
        var made = await shared.Add(("input_price", 1.5), ("output_price", 6));
        var path = $"/api/v1/llm-models/{made.Text("id")}";
        Assert.Equal(1, Count(made));

        var raised = await admin.Call("PUT", path, new { input_price = 2 });
        Assert.Equal((2, 2m, 6m), (Count(raised), raised.Json.GetProperty("input_price").GetDecimal(), raised.Json.GetProperty("output_price").GetDecimal()));
        Assert.Equal(made.Json.GetProperty("prices")[0].GetRawText(), raised.Json.GetProperty("prices")[0].GetRawText()); // what it cost stays
        Assert.Equal(2, Count(await admin.Call("PUT", path, new { input_price = 2.0, output_price = 6, currency = "USD" })));
        Assert.Equal(400, (await admin.Call("PUT", path, new { input_price = (decimal?)null })).Status);

        // A whole answer with one price more is taken, though it says today's price as well.
        var prices = raised.Json.GetProperty("prices").EnumerateArray().Select(price => (object)price).Append(new { input = 3, output = 7, from = "2099-01-01T00:00:00Z" });
        var body = raised.Json.EnumerateObject().ToDictionary(member => member.Name, member => (object)member.Value);
        body["prices"] = prices;
        Assert.Equal(3, Count(await admin.Call("PUT", path, body)));
        Assert.Equal((0, JsonValueKind.Null), (Count(await admin.Call("PUT", path, new { prices = (object?)null })), (await admin.Call("GET", path)).Json.GetProperty("input_price").ValueKind));
    }

    [Fact]
    public async Task Should_keep_the_rate_of_another_currency()
    {
        var made = await shared.Add(("prices", new[] { new { from = "2025-01-01T00:00:00Z", currency = "CNY", input = 2, output = 8, rate = 0.14 } }));
        var after = await (await shared.Admin()).Call("PUT", $"/api/v1/llm-models/{made.Text("id")}", new { output_price = 9 });
        Assert.Equal(("CNY", 0.14m), (after.Text("currency"), after.Json.GetProperty("prices")[1].GetProperty("rate").GetDecimal()));
    }

    [Theory]
    [InlineData(null, "USD")]
    [InlineData("EUR", "EUR")]
    [InlineData("euro", null)]
    [InlineData("eur", null)]
    public void Should_be_reckoned_in_the_currency_that_is_set(string? setting, string? currency)
    {
        var settings = Catalogs.Settings(("BASE_CURRENCY", setting));
        if (currency is not null)
            Assert.Equal(currency, BaseCurrency.From(settings).Code);
        else
            Assert.Contains("BASE_CURRENCY", Assert.Throws<InvalidOperationException>(() => BaseCurrency.From(settings)).Message, StringComparison.Ordinal);
    }

    private static int Count(Answered model) => model.Json.GetProperty("prices").GetArrayLength();

    private async Task<LlmModel> Model(Answered made)
    {
        var (system, _, _) = await shared.Get();
        return (await new CatalogReader(system.Database, Catalogs.Vault()).Read(default)).Models.Single(model => $"{model.Id}" == made.Text("id"));
    }
}
