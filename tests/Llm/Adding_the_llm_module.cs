using Bus.Llm;
using Bus.Llm.Gateway;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Xunit;

namespace Bus.Tests.Llm;

public class Adding_the_llm_module
{
    [Fact]
    public void Should_add_the_gateway_once()
    {
        var builder = Builder([]);
        builder.Services.AddGateway(builder.Configuration);
        builder.AddLlm();
        builder.Services.AddGateway(builder.Configuration);

        Assert.Single(builder.Services, service => service.ServiceType == typeof(ModelGateway));
        Assert.Single(builder.Services, service => service.ServiceType == typeof(RunningAttempts));
    }

    [Theory]
    [InlineData("LLM_ATTEMPTS", "0")]
    [InlineData("LLM_FIRST_PIECE_SECONDS", "soon")]
    public void Should_name_a_setting_that_makes_no_sense(string setting, string value)
    {
        var builder = Builder(new() { [setting] = value });
        Assert.Contains(setting, Assert.Throws<InvalidOperationException>(() => builder.AddLlm()).Message, StringComparison.Ordinal);
    }

    private static HostApplicationBuilder Builder(Dictionary<string, string?> settings)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(settings);
        return builder;
    }
}
