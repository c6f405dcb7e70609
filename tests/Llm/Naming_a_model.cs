using Bus.Llm;
using Microsoft.Extensions.Configuration;
using Xunit;

namespace Bus.Tests.Llm;

public sealed class Naming_a_model
{
    [Theory]
    [InlineData("openrouter", null, "openrouter", "usual")]
    [InlineData("openrouter", "openai/gpt-4o:free", "openrouter", "openai/gpt-4o:free")]
    [InlineData("openrouter", "openrouter:x", "openrouter", "x")]
    [InlineData("openrouter", "demo", "demo", "demo")]
    [InlineData("openrouter", "DEMO", "demo", "demo")]
    [InlineData("openrouter", "demo:demo", "demo", "demo")]
    [InlineData("openrouter", "ollama:llama3.2:3b", "ollama", "llama3.2:3b")]
    [InlineData("openrouter", "deepseek", "deepseek", "deepseek-chat")]
    [InlineData("ollama", "llama3.2:3b", "ollama", "llama3.2:3b")]
    [InlineData("demo", "demo", "demo", "usual")]
    public void Should_lead_to_its_provider(string usual, string? named, string provider, string model)
    {
        using var models = Models(usual);
        var route = models.Route(named);
        Assert.Equal((provider, model), (route.Provider, route.Model));
    }

    [Theory]
    [InlineData("demo", "gpt-4o", "no model 'gpt-4o'")]
    [InlineData("openrouter", "demo:gpt-4o", "no model 'gpt-4o'")]
    [InlineData("demo", "openai:gpt-4o", "OPENAI_API_KEY")]
    [InlineData("openrouter", "custom", "LLM_MODEL")]
    public void Should_be_refused_when_it_is_not_set_up(string usual, string named, string why)
    {
        using var models = Models(usual);
        var refused = Assert.Throws<ModelRefusedException>(() => models.Route(named));
        Assert.Contains(why, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("sk-", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Should_open_one_way_to_each_provider()
    {
        var opened = 0;
        using var usual = Route(new ProviderChoice("openrouter", "usual"));
        using var models = new NamedModels(usual, Settings(), choice =>
        {
            opened++;
            return Route(choice);
        });

        Assert.Same(models.Route("deepseek:a").Client, models.Route("deepseek:b").Client);
        Assert.Same(usual.Client, models.Route("some-model").Client);
        Assert.Equal(1, opened);
    }

    private static NamedModels Models(string usual) => new(Route(new ProviderChoice(usual, "usual")), Settings(), Route);

    private static ModelRoute Route(ProviderChoice choice) => new(choice.Provider, choice.Model, new DemoChatClient(TimeSpan.Zero, TimeProvider.System));

    private static IConfiguration Settings() => new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
    {
        ["LLM_API_URL"] = "http://llm:1",
        ["DEEPSEEK_API_KEY"] = "sk-deep",
        ["OPENROUTER_API_KEY"] = "sk-or",
    }).Build();
}
