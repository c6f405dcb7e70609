using Bus.Llm;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Xunit;

namespace Bus.Tests.Llm;

public class Adding_the_llm_module
{
    [Fact]
    public void Should_give_what_generates_replies()
    {
        using var host = Build([]);
        Assert.Same(host.Services.GetRequiredService<ModelRoute>(), host.Services.GetRequiredService<NamedModels>().Route(null));
        Assert.NotNull(host.Services.GetRequiredService<RunningAttempts>());
        Assert.IsType<DemoChatClient>(host.Services.GetRequiredService<ModelRoute>().Client);
    }

    [Fact]
    public void Should_ask_the_chosen_provider()
    {
        using var host = Build(new() { ["OPENROUTER_API_KEY"] = Asking.Key });
        var route = host.Services.GetRequiredService<ModelRoute>();
        Assert.Equal(("openrouter", "google/gemini-2.5-flash"), (route.Provider, route.Model));
        Assert.IsType<OpenAIChatClient>(route.Client);
    }

    private static IHost Build(Dictionary<string, string?> settings)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(settings);
        builder.AddLlm();
        return builder.Build();
    }
}
