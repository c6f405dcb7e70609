using Bus.Llm.Catalog;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Gateway;

public sealed class Resolving_a_name
{
    private static readonly Guid Anna = new("a1a1a1a1-0000-7000-8000-000000000001");
    private static readonly Guid Boris = new("b2b2b2b2-0000-7000-8000-000000000002");

    private static readonly string[] Entries =
    [
        "openrouter google/gemini-2.5-flash others key",
        "openai gpt-4o key name=Omni",
        "openai gpt-4o-mini key",
        "azure gpt-4o key",
        "deepseek deepseek-chat others key",
        "ollama llama3.2:3b key",
        "openai gpt-3.5 off key",
        "google gemini-2.5-flash off others",
        "mistral mistral-small off others key",
        "custom glm own key name=custom",
        "custom gpt-4o own key name=custom2",
    ];

    private static readonly CatalogSnapshot Full = Of(Entries, Catalogs.Route(Route.Default, Entries[0]), Catalogs.Route("fast", Entries[2], Entries[6], Entries[4]), Catalogs.Route("gone", Entries[6], Entries[7]));

    [Theory]
    [InlineData(null, "openrouter google/gemini-2.5-flash")]
    [InlineData("", "openrouter google/gemini-2.5-flash")]
    [InlineData("default", "openrouter google/gemini-2.5-flash")]
    [InlineData("fast", "openai gpt-4o-mini, deepseek deepseek-chat")]
    [InlineData("gpt-4o", "openai gpt-4o, azure gpt-4o")]
    [InlineData(" gpt-4o-mini ", "openai gpt-4o-mini")]
    [InlineData("omni", "openai gpt-4o")]
    [InlineData("openai", "openai gpt-4o")]
    [InlineData("DeepSeek", "deepseek deepseek-chat")]
    [InlineData("deepseek:", "deepseek deepseek-chat")]
    [InlineData("openai:gpt-4o-mini", "openai gpt-4o-mini")]
    [InlineData("openai/gpt-4o-mini", "openai gpt-4o-mini")]
    [InlineData("azure:gpt-4o", "azure gpt-4o")]
    [InlineData("deepseek:deepseek-reasoner", "deepseek deepseek-reasoner")]
    [InlineData("deepseek:a/b:c", "deepseek a/b:c")]
    [InlineData("ollama:llama3.2:3b", "ollama llama3.2:3b")]
    [InlineData("llama3.2:3b", "ollama llama3.2:3b")]
    [InlineData("google/gemini-2.5-flash", "openrouter google/gemini-2.5-flash")]
    [InlineData("google/gemini-2.5-pro", "openrouter google/gemini-2.5-pro")]
    [InlineData("gemini-2.5-flash", "openrouter gemini-2.5-flash")] // an example that nobody has filled in bars nothing
    [InlineData("openai/gpt-5:free", "openrouter openai/gpt-5:free")]
    [InlineData("deepseek/deepseek-r1", "openrouter deepseek/deepseek-r1")] // the usual provider has others' models, and calls them so
    [InlineData("anything", "openrouter anything")]
    [InlineData("demo", "demo demo")]
    [InlineData("DEMO", "demo demo")]
    [InlineData("demo:demo", "demo demo")]
    [InlineData("custom", "openrouter custom")] // Anna's, not everybody's
    public void Should_lead_to_its_models(string? name, string targets) => Assert.Equal(targets, Full.Resolve(name, null, null).Told());

    [Theory]
    [InlineData("custom", "custom glm")]
    [InlineData("custom:glm", "custom glm")]
    [InlineData("gpt-4o", "custom gpt-4o, openai gpt-4o, azure gpt-4o")]
    public void Should_lead_to_ones_own_first(string name, string targets)
    {
        Assert.Equal(targets, Full.Resolve(name, null, Anna).Told());
        Assert.DoesNotContain("custom ", Full.Resolve("gpt-4o", null, Boris).Told(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "openai", "openai gpt-4o")]
    [InlineData("gpt-4o", "azure", "azure gpt-4o")]
    [InlineData("omni", "OpenAI", "openai gpt-4o")]
    [InlineData("openai:gpt-4o-mini", "openai", "openai gpt-4o-mini")]
    [InlineData("deepseek-reasoner", "deepseek", "deepseek deepseek-reasoner")]
    [InlineData("openrouter/auto", "openrouter", "openrouter openrouter/auto")]
    [InlineData("demo", "demo", "demo demo")]
    [InlineData(null, "demo", "demo demo")]
    public void Should_keep_to_a_provider_that_is_named(string? name, string provider, string targets) =>
        Assert.Equal(targets, Full.Resolve(name, provider, null).Told());

    [Theory]
    [InlineData("gpt-3.5", null, true, "'gpt-3.5' is switched off")]
    [InlineData("openai:gpt-3.5", null, true, "switched off")]
    [InlineData("mistral-small", null, true, "switched off")]
    [InlineData("mistral", null, true, "switched off")]
    [InlineData("mistral:other", null, true, "switched off")]
    [InlineData("gone", null, true, "All models of the route 'gone' are switched off")]
    [InlineData("demo:gpt-4o", null, false, "no model 'demo:gpt-4o'")]
    [InlineData("gpt-5", "openai", false, "The provider 'openai' has no model 'gpt-5'")]
    [InlineData("gpt-3.5", "openai", true, "switched off")]
    [InlineData("gpt-4o", "nobody", false, "has no model")]
    [InlineData(null, "nobody", false, "no provider 'nobody'")]
    [InlineData("gpt-4o", "demo", false, "has no model")]
    public void Should_say_why_it_leads_nowhere(string? name, string? provider, bool isSwitchedOff, string why)
    {
        var none = Assert.Throws<ModelNotFoundException>(() => Full.Resolve(name, provider, null));
        Assert.Contains(why, none.Message, StringComparison.Ordinal);
        Assert.Equal(isSwitchedOff, none.IsSwitchedOff);
    }

    [Fact]
    public void Should_lead_to_the_demo_model_while_there_is_no_other()
    {
        var empty = Of([]);
        Assert.Equal("demo demo", empty.Resolve(null, null, Anna).Told());
        Assert.Equal("demo demo", empty.Resolve("default", null, Anna).Told());
        Assert.Contains("no model 'gpt-4o'", Assert.Throws<ModelNotFoundException>(() => empty.Resolve("gpt-4o", null, Anna)).Message, StringComparison.Ordinal);
        Assert.Equal(0, BuiltIn.Demo.PriceAt(TimeProvider.System.GetUtcNow())!.Input);
    }

    [Fact]
    public void Should_not_go_round_what_was_switched_off()
    {
        string[] entries = ["openai gpt-4o others key", "openai gpt-5 off key"];
        var catalog = Of(entries, Catalogs.Route(Route.Default, entries[0]));
        Assert.Equal("openai gpt-6", catalog.Resolve("gpt-6", null, null).Told());
        foreach (var name in new[] { "gpt-5", "openai:gpt-5", "openai/gpt-5" })
            Assert.True(Assert.Throws<ModelNotFoundException>(() => catalog.Resolve(name, null, null)).IsSwitchedOff, name);
        Assert.True(Assert.Throws<ModelNotFoundException>(() => catalog.Resolve("gpt-5", "openai", null)).IsSwitchedOff);
        Assert.Throws<ModelNotFoundException>(() => Of(["openai gpt-4o inactive key"], Catalogs.Route(Route.Default, "openai gpt-4o inactive key")).Resolve(null, null, null));
    }

    [Fact]
    public void Should_follow_what_somebody_has_chosen()
    {
        var catalog = Full with { Choices = new Dictionary<Guid, Choice> { [Anna] = new("custom", 100), [Boris] = new("gpt-3.5", null) } };
        Assert.Equal("custom glm", catalog.Resolve(null, null, Anna).Told());
        Assert.Equal("openrouter google/gemini-2.5-flash", catalog.Resolve("default", null, Anna).Told());
        Assert.Equal("openrouter google/gemini-2.5-flash", catalog.Resolve(null, null, Boris).Told()); // it was switched off since, and Boris is answered
        Assert.Equal("openrouter google/gemini-2.5-flash", catalog.Resolve(null, null, null).Told());
    }

    [Fact]
    public void Should_draw_by_weight()
    {
        var route = new Route("fair", RouteModes.Weighted, [new(Catalogs.Id(Entries[2]), 3), new(Catalogs.Id(Entries[4]), 1), new(Catalogs.Id(Entries[6]), 100)]);
        var catalog = Of(Entries, route);
        var random = new Random(7);
        var drawn = Enumerable.Range(0, 4000).Select(_ => catalog.Resolve("fair", null, null, random).Told()).CountBy(told => told).ToDictionary();
        Assert.Equal(["deepseek deepseek-chat, openai gpt-4o-mini", "openai gpt-4o-mini, deepseek deepseek-chat"], drawn.Keys.Order(StringComparer.Ordinal));
        Assert.InRange(drawn["openai gpt-4o-mini, deepseek deepseek-chat"], 2850, 3150);
    }

    [Fact]
    public void Should_give_each_its_turn()
    {
        var catalog = Of(Entries, new Route("in turn", RouteModes.RoundRobin, [new(Catalogs.Id(Entries[2]), 1), new(Catalogs.Id(Entries[4]), 1)]));
        var turns = new RouteTurns(new FakeTime());
        var asked = Enumerable.Range(0, 4).Select(_ => catalog.Resolve("in turn", null, null, turns: turns).Told()).ToList();
        Assert.Equal(["openai gpt-4o-mini, deepseek deepseek-chat", "deepseek deepseek-chat, openai gpt-4o-mini"], asked[..2]);
        Assert.Equal(asked[..2], asked[2..]);
    }

    [Fact]
    public void Should_prefer_who_is_fast_and_try_those_of_whom_nobody_knows()
    {
        var (first, second) = (Catalogs.Id(Entries[2]), Catalogs.Id(Entries[4]));
        var catalog = Of(Entries, new Route("fast", RouteModes.Fastest, [new(first, 1), new(second, 1)]));
        var time = new FakeTime();
        var turns = new RouteTurns(time);
        string FirstAsked() => catalog.Resolve("fast", null, null, turns: turns)[0].Model.Provider;
        Assert.Equal("openai", FirstAsked());
        turns.Began(first, TimeSpan.FromMilliseconds(100));
        Assert.Equal("deepseek", FirstAsked()); // nobody knows how fast it is
        turns.Began(second, TimeSpan.FromMilliseconds(300));
        Assert.Equal("openai", FirstAsked());
        for (var i = 0; i < 5; i++)
            turns.Began(first, TimeSpan.FromSeconds(1));
        Assert.Equal("deepseek", FirstAsked());
        time.Advance(RouteTurns.Believed);
        Assert.Equal("openai", FirstAsked()); // it may be fast again
    }

    [Fact]
    public void Should_leave_out_of_a_route_what_is_not_there_any_more() =>
        Assert.Equal("azure gpt-4o", Of(Entries, Catalogs.Route("r", "removed since", Entries[3])).Resolve("r", null, null).Told());

    private static CatalogSnapshot Of(IEnumerable<string> entries, params Route[] routes) => new(1, [.. entries.Select(entry => Catalogs.Model(entry, Anna))], routes);
}
