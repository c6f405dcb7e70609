using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Gateway;

public sealed class Starting_with_a_key_of_the_environment
{
    private static readonly Dictionary<string, string?> Settings = new()
    {
        ["LLM_PROVIDER"] = "demo",
        ["OPENAI_API_KEY"] = "sk-planted-of-the-environment-1",
        ["LOG_LEVEL"] = "trace",
    };

    [Fact]
    public async Task Should_import_it_once_and_say_so()
    {
        await using var system = await TestSystem.Create(new Dictionary<string, string?>(Settings) { ["JWT_SECRET"] = Catalogs.Secret });
        var both = await Task.WhenAll(system.AddProcess(), system.AddProcess());
        Assert.Single(both, process => process.Output.Contains("OPENAI_API_KEY of the environment was imported into the catalog: openai, model gpt-4o-mini", StringComparison.Ordinal));
        var again = await system.AddProcess("llm");
        await again.Line("OPENAI_API_KEY of the environment was imported at");

        var models = (await (await both[0].Admin()).Call("GET", "/api/v1/llm-models?provider=openai")).Json.GetProperty("models").EnumerateArray().ToList();
        var key = Assert.Single(Assert.Single(models).GetProperty("api_keys").EnumerateArray());
        Assert.Equal(("sk-…nt-1", "ok"), (key.GetProperty("key").GetString(), key.GetProperty("state").GetString()));
        Assert.All([.. both, again], process => Assert.DoesNotContain("sk-planted", process.Output, StringComparison.Ordinal));
        Assert.Equal(0, await system.Scalar<long>("select count(*) from llm_models where api_keys::text like '%planted%'"));
    }

    [Fact]
    public async Task Should_be_refused_without_something_to_encrypt_it_with()
    {
        await using var system = await TestSystem.Create(Settings);
        var (code, output) = await HostProcess.RunToEnd(system.Environment);
        Assert.Equal(1, code);
        var line = output.Split('\n').Single(line => line.StartsWith("OPENAI_API_KEY", StringComparison.Ordinal));
        Assert.Contains("set JWT_SECRET (32 characters or more) or BUS_MASTER_KEYS", line, StringComparison.Ordinal);
        Assert.DoesNotContain("sk-planted", output, StringComparison.Ordinal);
    }
}
