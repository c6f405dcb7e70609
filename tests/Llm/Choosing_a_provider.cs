using Bus.Llm;
using Microsoft.Extensions.Configuration;
using Xunit;

namespace Bus.Tests.Llm;

public class Choosing_a_provider
{
    private const string Key = Asking.Key;

    [Theory]
    [InlineData("", "demo", "demo", null, null)]
    [InlineData("LLM_API_URL=http://llm:11551/v1/chat/completions LLM_MODEL=glm LLM_API_KEY=k", "custom", "glm", "http://llm:11551/v1", "k")]
    [InlineData("LLM_API_URL=http://llm:11551/v1/ LLM_MODEL=glm", "custom", "glm", "http://llm:11551/v1", null)]
    [InlineData("LLM_API_URL=https://llm LLM_MODEL=glm", "custom", "glm", "https://llm/v1", null)]
    [InlineData("LLM_API_URL=https://llm/chat/completions LLM_MODEL=glm", "custom", "glm", "https://llm/", null)]
    [InlineData("LLM_API_URL=https://llm/a/b LLM_MODEL=glm", "custom", "glm", "https://llm/a/b", null)]
    [InlineData("OPENROUTER_API_KEY=k", "openrouter", "google/gemini-2.5-flash", "https://openrouter.ai/api/v1", "k")]
    [InlineData("OPENROUTER_API_KEY=k OPENROUTER_MODEL=anthropic/claude-opus-4.5", "openrouter", "anthropic/claude-opus-4.5", "https://openrouter.ai/api/v1", "k")]
    [InlineData("OPENAI_API_KEY=k", "openai", "gpt-4o-mini", "https://api.openai.com/v1", "k")]
    [InlineData("OPENAI_API_KEY=k OPENAI_MODEL=gpt OPENAI_BASE_URL=http://proxy:1/openai", "openai", "gpt", "http://proxy:1/openai", "k")]
    [InlineData("DEEPSEEK_API_KEY=k", "deepseek", "deepseek-chat", "https://api.deepseek.com/v1", "k")]
    [InlineData("DEEPSEEK_API_KEY=k DEEPSEEK_MODEL=deepseek-reasoner", "deepseek", "deepseek-reasoner", "https://api.deepseek.com/v1", "k")]
    [InlineData("OLLAMA_HOST=box", "ollama", "llama3.2", "http://box:11434/v1", null)]
    [InlineData("OLLAMA_HOST=box OLLAMA_MODEL=qwen", "ollama", "qwen", "http://box:11434/v1", null)]
    [InlineData("OLLAMA_HOST=box:80", "ollama", "llama3.2", "http://box/v1", null)]
    [InlineData("OLLAMA_HOST=:1234", "ollama", "llama3.2", "http://127.0.0.1:1234/v1", null)]
    [InlineData("OLLAMA_HOST=0.0.0.0", "ollama", "llama3.2", "http://127.0.0.1:11434/v1", null)]
    [InlineData("OLLAMA_HOST=::1", "ollama", "llama3.2", "http://[::1]:11434/v1", null)]
    [InlineData("OLLAMA_HOST=[::]:5", "ollama", "llama3.2", "http://[::1]:5/v1", null)]
    [InlineData("OLLAMA_HOST=http://box:1234/", "ollama", "llama3.2", "http://box:1234/v1", null)]
    [InlineData("OLLAMA_HOST=https://box", "ollama", "llama3.2", "https://box/v1", null)]
    [InlineData("LLM_PROVIDER=ollama", "ollama", "llama3.2", "http://127.0.0.1:11434/v1", null)]
    public void Should_follow_the_settings(string settings, string provider, string model, string? baseUrl, string? key)
    {
        var choice = ProviderChoice.From(Settings(settings));
        Assert.Equal((provider, model, baseUrl, key), (choice.Provider, choice.Model, choice.BaseUrl?.ToString(), choice.Key));
    }

    [Fact]
    public void Should_take_the_first_that_is_set()
    {
        var all = "LLM_API_URL=http://llm LLM_MODEL=m OPENROUTER_API_KEY=k OPENAI_API_KEY=k DEEPSEEK_API_KEY=k OLLAMA_HOST=h".Split(' ');
        var chosen = Enumerable.Range(1, 5).Select(skip => ProviderChoice.From(Settings(string.Join(' ', all.Skip(skip == 1 ? 0 : skip)))).Provider);
        Assert.Equal(["custom", "openrouter", "openai", "deepseek", "ollama"], chosen);
    }

    [Theory]
    [InlineData("demo")]
    [InlineData("Demo")]
    [InlineData("openai")]
    public void Should_obey_the_one_that_is_named(string name)
    {
        var choice = ProviderChoice.From(Settings($"LLM_PROVIDER={name} OPENAI_API_KEY=k OPENROUTER_API_KEY=k"));
        Assert.Equal(name.ToLowerInvariant(), choice.Provider);
    }

    [Fact]
    public void Should_take_an_empty_setting_for_none()
    {
        Assert.Equal("demo", ProviderChoice.From(Settings("LLM_PROVIDER= LLM_API_URL= OPENAI_API_KEY= OLLAMA_HOST=")).Provider);
    }

    [Theory]
    [InlineData("LLM_PROVIDER=" + Key, "LLM_PROVIDER")]
    [InlineData("LLM_PROVIDER=openai", "OPENAI_API_KEY")]
    [InlineData("LLM_PROVIDER=custom LLM_MODEL=m", "LLM_API_URL")]
    [InlineData("LLM_API_URL=http://llm LLM_API_KEY=" + Key, "LLM_MODEL")]
    [InlineData("LLM_MODEL=m LLM_API_URL=llm:80/" + Key, "LLM_API_URL")]
    [InlineData("LLM_MODEL=m LLM_API_URL=http://", "LLM_API_URL")]
    [InlineData("LLM_MODEL=m LLM_API_URL=ftp://llm", "LLM_API_URL")]
    [InlineData("LLM_MODEL=m LLM_API_URL=http://u:" + Key + "@llm", "LLM_API_URL")]
    [InlineData("LLM_MODEL=m LLM_API_URL=http://llm/v1?key=" + Key, "LLM_API_URL")]
    [InlineData("OPENAI_API_KEY=" + Key + "\u0007", "OPENAI_API_KEY")]
    [InlineData("OPENAI_API_KEY=k OPENAI_BASE_URL=" + Key, "OPENAI_BASE_URL")]
    [InlineData("OLLAMA_HOST=box:port", "OLLAMA_HOST")]
    [InlineData("OLLAMA_HOST=ftp://box", "OLLAMA_HOST")]
    public void Should_name_the_setting_that_makes_no_sense(string settings, string setting)
    {
        var error = Assert.Throws<LlmSettingException>(() => ProviderChoice.From(Settings(settings)));
        Assert.StartsWith(setting, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Key, error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("fast")]
    [InlineData("-1")]
    public void Should_stop_the_start_when_the_pace_of_the_demo_model_makes_no_sense(string pace)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddConfiguration(Settings($"DEMO_CHUNK_DELAY_MS={pace}"));
        Assert.StartsWith("DEMO_CHUNK_DELAY_MS", Assert.Throws<LlmSettingException>(builder.AddLlm).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Should_not_show_the_key()
    {
        Assert.Equal("openai/gpt-4o-mini", ProviderChoice.From(Settings($"OPENAI_API_KEY={Key}")).ToString());
    }

    private static IConfiguration Settings(string settings) => new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(setting => setting.Split('=', 2))
            .Select(pair => KeyValuePair.Create(pair[0], (string?)pair[1])))
        .Build();
}
