using System.Text.Json;
using Bus.Events;
using Bus.Llm.Vault;
using Bus.Tests.Llm;
using Bus.Tests.Support;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Xunit;

namespace Bus.Tests.Gateway;

public sealed class Losing_a_master_key
{
    [Fact]
    public async Task Should_be_loud_in_health_and_in_the_log_and_be_over_when_it_is_back()
    {
        await using var system = await TestSystem.Create(new Dictionary<string, string?> { ["BUS_MASTER_KEYS"] = Vaults.Setting("new", "old") });
        var good = await system.AddProcess("ingress");
        await system.Database.Run("update llm_models set api_keys = '[]'", TestContext.Current.CancellationToken); // the examples of the contract have keys
        await system.Database.AddModel(Vaults.Of("old"), "GPT-4", Vaults.Secret, "another-secret-of-it");
        await system.Database.AddOwn(Vaults.Of("new"), Some.Id(), "the-secret-of-somebody");
        var well = await Eventually.Get(() => Health(good), health => health.Sealed == 3);
        Assert.Equal((200, "healthy", 3, 3), well);

        // A process that starts without it says so before it takes anything in.
        var bad = await system.AddProcess("ingress", new Dictionary<string, string?> { ["BUS_MASTER_KEYS"] = Vaults.Setting("new") });
        Assert.Equal((503, "unhealthy", 1, 3), await Health(bad));
        var line = await bad.Line("cannot be decrypted");
        Assert.Contains(" fail: ", line, StringComparison.Ordinal);
        Assert.Contains(
            "2 of 3 keys of providers cannot be decrypted (BUS_MASTER_KEYS, JWT_SECRET): GPT-4 (sk-…wxyz) needs the master key old, which is not set; GPT-4 (sk-…wxyz) needs",
            line, StringComparison.Ordinal);

        var (code, said, errors) = await HostProcess.Command(system.Environment, "keys", "rotate");
        Assert.Equal((0, "2 encrypted anew with the master key new, 1 were before\n", ""), (code, said, errors));
        Assert.Equal((200, "healthy", 3, 3), await Eventually.Get(() => Health(bad), health => health.Status == 200));
        await bad.Line("All 3 keys of providers can be decrypted");
        Assert.Equal((200, "healthy", 3, 3), await Health(good));

        foreach (var output in new[] { good.Output, bad.Output, said })
        {
            foreach (var secret in new[] { Vaults.Secret, "another-secret", "secret-of-somebody", Vaults.Key("old"), Vaults.Key("new") })
                Assert.DoesNotContain(secret, output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Should_be_told_from_one_text_that_is_damaged()
    {
        await using var log = await Vaults.Database();
        var (vault, said) = (Vaults.Of("new"), new FakeLog<VaultWatch>());
        await log.Database.AddModel(vault, "GPT-4", Vaults.Secret);
        var time = new FakeTime();
        using var watch = new VaultWatch(vault, new SealedKeys(log.Database), log.Database, TestLog.NoWait(), time, said);
        var check = new VaultCheck(watch);
        Assert.Equal(HealthStatus.Unhealthy, (await check.CheckHealthAsync(new())).Status);
        await watch.StartAsync(CancellationToken.None);
        Assert.Equal(["Information: All 1 keys of providers can be decrypted "], said.Lines);

        await log.Database.AddModel("Damaged", "https://api.example.org/v1", (Some.Id(), vault.Seal("x", Vaults.Binding())));
        await Looks(time);
        var health = await check.CheckHealthAsync(new());
        Assert.Equal((HealthStatus.Degraded, 1, 2), (health.Status, health.Data["decryptable"], health.Data["sealed"]));
        Assert.Equal(
            "Error: 1 of 2 keys of providers cannot be decrypted (BUS_MASTER_KEYS, JWT_SECRET): Damaged (sk-…wxyz) is damaged, or was moved here from another model, address or owner ",
            said.Lines.Last());

        await log.Run("update llm_models set description = 'something else'");
        await Looks(time);
        Assert.Equal(2, said.Lines.Count); // it is still as it was

        await log.Run("delete from llm_models where name = 'Damaged'");
        await Looks(time);
        Assert.Equal((HealthStatus.Healthy, "Information: All 1 keys of providers can be decrypted "), ((await check.CheckHealthAsync(new())).Status, said.Lines.Last()));
        await watch.StopAsync(CancellationToken.None);
    }

    [Fact]
    public void Should_stay_loud_when_another_one_with_its_name_seals_in_its_place()
    {
        var (was, now) = (Vaults.Of("main"), Vaults.With(("BUS_MASTER_KEYS", $"main:{Vaults.Key("another one")}")));
        var keys = Enumerable.Range(0, 5).Select(i =>
        {
            var binding = Vaults.Binding();
            return new SealedKey(Some.Id(), null, $"model {i}", "…", (i < 3 ? was : now).Seal(Vaults.Secret, binding), binding);
        }).ToList();
        var state = VaultState.Of(now, keys);
        Assert.Equal((true, 2, 5), (state.IsMasterKeyLost, state.Decryptable, state.Sealed));
        Assert.All(state.Unopened, key => Assert.StartsWith("does not open with the master key main: that is another one", key.Why, StringComparison.Ordinal));
        Assert.False(VaultState.Of(now, keys[2..]).IsMasterKeyLost);
    }

    [Fact]
    public async Task Should_name_the_first_of_many()
    {
        await using var log = await Vaults.Database();
        var said = new FakeLog<VaultWatch>();
        for (var i = 0; i < 12; i++)
            await log.Database.AddModel(Vaults.Of("lost"), $"model {i}", Vaults.Secret);
        using var watch = new VaultWatch(Vaults.With(), new SealedKeys(log.Database), log.Database, TestLog.NoWait(), TimeProvider.System, said);
        await watch.StartAsync(CancellationToken.None);
        await watch.StopAsync(CancellationToken.None);
        Assert.Equal("Information: Neither BUS_MASTER_KEYS nor JWT_SECRET is set: no keys of providers can be kept ", said.Lines.First());
        Assert.EndsWith("model 9 (sk-…wxyz) needs the master key lost, which is not set; and 2 more ", said.Lines.Last(), StringComparison.Ordinal);
    }

    /// <summary>Once more, to the end: when the clock is waited for again, it has looked.</summary>
    private static async Task Looks(FakeTime time)
    {
        await time.TimerOf(TimeSpan.FromSeconds(1)).WaitAsync(Patience.Limit);
        time.Advance(TimeSpan.FromSeconds(1));
        await time.TimerOf(TimeSpan.FromSeconds(1)).WaitAsync(Patience.Limit);
    }

    private static async Task<(int Status, string? Word, int Decryptable, int Sealed)> Health(HostProcess host)
    {
        var answer = await host.Http.Raw(HttpMethod.Get, "/health");
        var check = JsonDocument.Parse(answer.Body).RootElement.GetProperty("checks").GetProperty("provider_keys");
        return (answer.Status, check.GetProperty("status").GetString(), check.GetProperty("decryptable").GetInt32(), check.GetProperty("sealed").GetInt32());
    }
}
