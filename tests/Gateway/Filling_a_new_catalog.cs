using Bus.Accounts.Audit;
using Bus.Events;
using Bus.Llm;
using Bus.Llm.Catalog;
using Bus.Llm.Catalog.Entries;
using Bus.Llm.Catalog.FirstStart;
using Bus.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Bus.Tests.Gateway;

/// <summary>Presets and what the environment has: contract, C-24, C-25, P-17, X-6 and X-17.</summary>
public sealed class Filling_a_new_catalog : IAsyncLifetime
{
    private TestLog? log;

    public async ValueTask InitializeAsync()
    {
        log = await TestLog.CreateEmpty();
        await log.Upgrade(SchemaScripts.Of(typeof(LlmModule).Assembly));
    }

    [Fact]
    public async Task Should_have_examples_that_are_switched_off()
    {
        await Start("");
        var catalog = await Read();
        Assert.All(catalog.Models, model => Assert.Equal((ModelStatuses.Disabled, 0), (model.Status, model.Prices.Count)));
        Assert.Empty(catalog.Routes);
        Assert.Equal("demo demo", catalog.Resolve(null, null, null).Told());
        var codegeex = catalog.Models.Single(model => model.ModelId == "codegeex4-all-9b");
        var glm = catalog.Models.Single(model => model.ModelId == "glm4_32B_chat");
        Assert.Equal(("CodeGeex 4", "http://111.19.168.151:11551/v1", "codegeex"), (codegeex.Name, $"{codegeex.BaseUrl}", codegeex.Keys.Single().Secret));
        Assert.Equal(("GLM-4 32B", "http://111.19.168.151:11553/v1", "glm432b"), (glm.Name, $"{glm.BaseUrl}", glm.Keys.Single().Secret));
        Assert.Subset(
            catalog.Models.Select(model => model.Provider).ToHashSet(),
            new HashSet<string> { "openai", "openrouter", "deepseek", "anthropic", "google", "mistral", "groq", "xai", "together", "fireworks", "cohere", "ollama" });
    }

    [Fact]
    public async Task Should_leave_the_keys_of_examples_out_when_nothing_can_seal_them()
    {
        await Start("", secret: null);
        Assert.All((await Read()).Models, model => Assert.Empty(model.Keys));
    }

    [Fact]
    public async Task Should_not_bring_back_what_was_removed()
    {
        const string Settings = "OPENAI_API_KEY=sk-planted-0123456789";
        await Start(Settings);
        await log!.Run("delete from llm_routes; delete from llm_models");
        await Start(Settings);
        await Start("OPENAI_API_KEY=sk-planted-another-one LLM_PROVIDER=openai");
        var catalog = await Read();
        Assert.Equal((0, 0), (catalog.Models.Count, catalog.Routes.Count));
    }

    [Theory]
    [InlineData("LLM_API_URL=http://llm:1/v1/chat/completions LLM_MODEL=glm LLM_API_KEY=sk-planted-c", "custom glm http://llm:1/v1 sk-planted-c")]
    [InlineData("LLM_API_URL=http://llm:1 LLM_MODEL=glm", "custom glm http://llm:1/v1 -")]
    [InlineData("OPENROUTER_API_KEY=sk-planted-r", "openrouter google/gemini-2.5-flash https://openrouter.ai/api/v1 sk-planted-r")]
    [InlineData("OPENAI_API_KEY=sk-planted-o OPENAI_MODEL=gpt OPENAI_BASE_URL=http://proxy:1/openai", "openai gpt http://proxy:1/openai sk-planted-o")]
    [InlineData("DEEPSEEK_API_KEY=sk-planted-d", "deepseek deepseek-chat https://api.deepseek.com/v1 sk-planted-d")]
    [InlineData("GOOGLE_API_KEY=sk-planted-g", "google gemini-2.5-flash https://generativelanguage.googleapis.com/v1beta/openai sk-planted-g")]
    [InlineData("ANTHROPIC_API_KEY=sk-planted-a ANTHROPIC_MODEL=claude", "anthropic claude https://api.anthropic.com/v1 sk-planted-a")]
    [InlineData("OLLAMA_HOST=box", "ollama llama3.2 http://box:11434/v1 -")]
    [InlineData("LLM_PROVIDER=ollama", "ollama llama3.2 http://127.0.0.1:11434/v1 -")]
    [InlineData("OPENAI_API_KEY=sk-planted-o OPENROUTER_API_KEY=sk-planted-r", "openrouter google/gemini-2.5-flash https://openrouter.ai/api/v1 sk-planted-r", "openai")]
    [InlineData("OPENAI_API_KEY=sk-planted-o OPENROUTER_API_KEY=sk-planted-r LLM_PROVIDER=openai", "openai gpt-4o-mini https://api.openai.com/v1 sk-planted-o", "openrouter")]
    [InlineData("OPENAI_API_KEY=sk-planted-o LLM_API_URL=http://llm LLM_PROVIDER=openai", "openai gpt-4o-mini https://api.openai.com/v1 sk-planted-o")] // LLM_MODEL is missing, and nobody needs it
    public async Task Should_take_in_what_the_environment_has(string settings, string answers, params string[] others)
    {
        await Start(settings);
        var catalog = await Read();
        var target = Assert.Single(catalog.Resolve(null, null, null));
        var key = target.Model.Keys.SingleOrDefault();
        Assert.Equal(answers, $"{target.Model.Provider} {target.Name} {target.Model.BaseUrl} {key?.Secret ?? "-"}");
        Assert.Equal((key is null ? AuthTypes.None : AuthTypes.ApiKey, true), (target.Model.AuthType, target.Model.AllowsOtherModels));
        Assert.Equal(others, catalog.Models.Where(model => model.Status == ModelStatuses.Enabled && model != target.Model).Select(model => model.Provider));
        Assert.Equal($"{target.Model.Provider} something-else", catalog.Resolve("something-else", null, null).Told());
        Assert.Single(catalog.Models, model => model.Provider == target.Model.Provider); // and no example beside it
        Assert.Equal(others.Length + 2, await log!.One<long>("select count(*) from mt_events where type = 'audited' and data ->> 'Actor' = 'environment'"));
        Assert.DoesNotContain(await log.Rows<string>("select data::text from mt_events"), entry => entry.Contains("sk-planted", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Should_take_in_a_provider_that_comes_later_and_leave_what_answers_as_it_is()
    {
        await Start("LLM_PROVIDER=demo DEEPSEEK_API_KEY=sk-planted-d");
        Assert.Equal("demo demo", (await Read()).Resolve(null, null, null).Told());
        await Start("DEEPSEEK_API_KEY=sk-planted-d"); // nobody has chosen otherwise
        Assert.Equal("deepseek deepseek-chat", (await Read()).Resolve(null, null, null).Told());
        await Start("DEEPSEEK_API_KEY=sk-planted-d OPENROUTER_API_KEY=sk-planted-r");
        var catalog = await Read();
        Assert.Equal("deepseek deepseek-chat", catalog.Resolve(null, null, null).Told());
        Assert.Equal("openrouter x/y", catalog.Resolve("openrouter:x/y", null, null).Told());
    }

    [Fact]
    public async Task Should_not_read_the_environment_again()
    {
        await Start("OPENAI_API_KEY=sk-planted-first");
        await Start("OPENAI_API_KEY=sk-planted-second OPENAI_MODEL=other", secret: null); // what is there needs no sealing
        await Start("LLM_PROVIDER=openai");
        await Start("OPENAI_API_KEY=no\u0007key");
        var model = Assert.Single((await Read()).Models, model => model.Provider == "openai");
        Assert.Equal(("gpt-4o-mini", "sk-planted-first"), (model.ModelId, model.Keys.Single().Secret));
    }

    [Theory]
    [InlineData("OPENAI_API_KEY=sk-planted-o", null, "OPENAI_API_KEY", "JWT_SECRET", "BUS_MASTER_KEYS")]
    [InlineData("LLM_API_URL=http://llm LLM_MODEL=m LLM_API_KEY=sk-planted-c", null, "LLM_API_KEY", "JWT_SECRET", "BUS_MASTER_KEYS")]
    [InlineData("LLM_API_URL=http://llm", Catalogs.Secret, "LLM_MODEL")]
    [InlineData("LLM_PROVIDER=openai", Catalogs.Secret, "OPENAI_API_KEY")]
    [InlineData("LLM_PROVIDER=nobody", Catalogs.Secret, "LLM_PROVIDER")]
    public async Task Should_refuse_to_start_with_what_cannot_be(string settings, string? secret, params string[] named)
    {
        var refused = await Assert.ThrowsAnyAsync<InvalidOperationException>(() => Start(settings, secret));
        Assert.All(named, name => Assert.Contains(name, refused.Message, StringComparison.Ordinal));
        Assert.DoesNotContain("sk-planted", refused.ToString(), StringComparison.Ordinal);
        Assert.Empty((await Read()).Models);
    }

    [Fact]
    public async Task Should_be_done_once_by_processes_that_start_at_the_same_time()
    {
        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => Start("OPENAI_API_KEY=sk-planted-o OLLAMA_HOST=box")));
        var catalog = await Read();
        Assert.Equal(catalog.Models.Count, catalog.Models.Select(model => model.Provider).Distinct().Count());
        Assert.Equal("openai gpt-4o-mini", catalog.Resolve(null, null, null).Told());
    }

    private Task Start(string settings, string? secret = Catalogs.Secret)
    {
        var configuration = Catalogs.Settings(settings.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(setting => setting.Split('=', 2)).Select(pair => (pair[0], (string?)pair[1])));
        var (time, vault) = (TimeProvider.System, Catalogs.Vault(secret));
        var audit = new AuditLog(log!.Database, log.Events, time, NullLogger<AuditLog>.Instance);
        var catalog = new ModelCatalog(new CatalogReader(log.Database, vault), time, NullLogger<ModelCatalog>.Instance);
        var entries = new EntryStore(log.Database, catalog, new BaseCurrency("USD"), audit, time);
        return new FirstCatalog(
            log.Database, new EnvironmentImport(configuration, entries, vault, audit, time, NullLogger<EnvironmentImport>.Instance), vault, TestLog.NoWait(), time).Fill(default);
    }

    private Task<CatalogSnapshot> Read() => new CatalogReader(log!.Database, Catalogs.Vault()).Read(default);

    public async ValueTask DisposeAsync()
    {
        if (log is not null)
            await log.DisposeAsync();
    }
}
