using Bus.Contracts;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Bus.Tests.Gateway;

public sealed class Reckoning_a_cost
{
    private static readonly DateTimeOffset Day = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);

    // From a fixed seed: a build that fails fails again.
    private static readonly Config Thorough = Config.QuickThrowOnFailure.WithReplay(20261123, 1).WithMaxTest(1000);

    private static readonly Gen<int> Counts = Gen.Frequency(
        (1, Gen.Constant(0)), (4, Gen.Choose(0, 5000)), (1, Gen.Choose(0, int.MaxValue)), (1, Gen.Choose(int.MinValue, 0)));

    private static readonly Gen<decimal> Amounts = Gen.Frequency(
        (1, Gen.Constant(0m)), (3, Gen.Choose(0, 60_000).Select(number => number / 1000m)), (1, Gen.Choose(0, int.MaxValue).Select(number => number / 1_000_000m)));

    private static readonly Gen<decimal?> Parts = Gen.OneOf(Amounts.Select(amount => (decimal?)amount), Gen.Constant((decimal?)null));

    private static readonly Gen<PriceOfTheDay> Prices = Gen.Zip(Gen.Zip(Amounts, Amounts), Gen.Zip(Gen.Zip(Parts, Parts), Amounts))
        .Select(drawn => new PriceOfTheDay(Day, "USD", drawn.Item1.Item1, drawn.Item1.Item2, drawn.Item2.Item1.Item1, drawn.Item2.Item1.Item2, drawn.Item2.Item2));

    private static readonly Gen<TokenCounts> Tokens = Gen.Zip(Gen.Zip(Counts, Counts), Gen.Zip(Counts, Counts))
        .Select(drawn => new TokenCounts(drawn.Item1.Item1, drawn.Item1.Item2, drawn.Item2.Item1, drawn.Item2.Item2));

    [Theory]
    [InlineData(1_000_000, 0, 0, 0, "2.5")]
    [InlineData(0, 1_000_000, 0, 0, "10")]
    [InlineData(1_000_000, 1_000_000, 1_000_000, 1_000_000, "21.25")]
    [InlineData(1000, 500, 400, 100, "0.008")]
    [InlineData(3, 0, 0, 0, "0.0000075")]
    public void Should_pay_each_kind_of_token_at_its_price(int input, int output, int cached, int reasoning, string expected) => Assert.Equal(
        decimal.Parse(expected, null),
        Cost.Of(new PriceOfTheDay(Day, "USD", 2.5m, 10m, 1.25m, 20m, 1), new TokenCounts(input, output, cached, reasoning)));

    [Fact]
    public void Should_pay_what_was_cached_or_thought_like_the_rest_where_no_other_price_is_known() => Check.One(Thorough, Prop.ForAll(
        Gen.Zip(Prices, Tokens).ToArbitrary(), drawn =>
        {
            var (price, tokens) = (drawn.Item1 with { CachedInput = null, Reasoning = null }, Whole(drawn.Item2));
            Assert.Equal(Cost.Of(price, tokens with { Cached = 0, Reasoning = 0 }), Cost.Of(price, tokens));
        }));

    [Fact]
    public void Should_never_give_money_back() =>
        Check.One(Thorough, Prop.ForAll(Gen.Zip(Prices, Tokens).ToArbitrary(), drawn => Assert.True(Cost.Of(drawn.Item1, drawn.Item2) >= 0)));

    [Fact]
    public void Should_cost_nothing_where_there_was_nothing() =>
        Check.One(Thorough, Prop.ForAll(Prices.ToArbitrary(), price => Assert.Equal(0, Cost.Of(price, new TokenCounts(0, 0, 0, 0)))));

    [Fact]
    public void Should_never_cost_less_for_more() => Check.One(Thorough, Prop.ForAll(
        Gen.Zip(Gen.Zip(Prices, Tokens), Gen.Choose(0, 1000)).ToArbitrary(), drawn =>
        {
            var (price, tokens, more) = (drawn.Item1.Item1, Whole(drawn.Item1.Item2), drawn.Item2);
            Assert.True(Cost.Of(price, tokens with { Input = Plus(tokens.Input, more) }) >= Cost.Of(price, tokens));
            Assert.True(Cost.Of(price, tokens with { Output = Plus(tokens.Output, more) }) >= Cost.Of(price, tokens));
        }));

    [Fact]
    public void Should_be_in_the_base_currency() => Check.One(Thorough, Prop.ForAll(
        Gen.Zip(Gen.Zip(Prices, Tokens), Gen.Choose(1, 1000)).ToArbitrary(), drawn =>
        {
            var (price, tokens, rate) = (drawn.Item1.Item1 with { Rate = 1 }, drawn.Item1.Item2, drawn.Item2 / 8m);
            Assert.InRange(Cost.Of(price with { Rate = rate }, tokens) - (Cost.Of(price, tokens) * rate), -0.000000001m, 0.000000001m); // both are rounded
        }));

    /// <summary>Tokens as a provider reports them that makes no mistakes.</summary>
    private static TokenCounts Whole(TokenCounts tokens)
    {
        var (input, output) = (Math.Max(0, tokens.Input), Math.Max(0, tokens.Output));
        return new TokenCounts(input, output, Math.Clamp(tokens.Cached, 0, input), Math.Clamp(tokens.Reasoning, 0, output));
    }

    private static int Plus(int tokens, int more) => (int)Math.Min(int.MaxValue, (long)tokens + more);

    [Theory]
    [InlineData(100, 0, 300, 0, "0.000375")]
    [InlineData(0, 9, 0, 300, "0.006")]
    [InlineData(-5, -5, -5, -5, "0")]
    public void Should_hold_when_a_provider_reports_more_of_a_part_than_of_the_whole(int input, int output, int cached, int reasoning, string expected) => Assert.Equal(
        decimal.Parse(expected, null),
        Cost.Of(new PriceOfTheDay(Day, "USD", 2.5m, 10m, 1.25m, 20m, 1), new TokenCounts(input, output, cached, reasoning)));
}
