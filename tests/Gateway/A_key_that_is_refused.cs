using System.Text.Json;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Gateway;

/// <summary>It is out of use in all processes until it is found good again, and people are told once.</summary>
public sealed class A_key_that_is_refused(ProvidedSystem shared)
{
    private const string Subjects = "subject in (select (k ->> 'id')::uuid from llm_models m, jsonb_array_elements(m.api_keys) k where m.model_id = $1)";

    [Theory]
    [InlineData(401, "key_refused")]
    [InlineData(402, "no_credit")]
    [InlineData(403, "key_refused")]
    public async Task Should_be_out_of_use_and_come_back_by_itself(int status, string reason)
    {
        await shared.Get();
        var model = await shared.Model(
            call => call.Key == "k1" ? call.Refuse(status) : call.Answer("well"), ("api_keys", new object[] { new { key = "k1" }, new { key = "k2" } }));
        var id = await Id(model);
        var asker = await shared.Asker();

        // Both processes find it out at the same time.
        var hosts = Enumerable.Range(0, 8).Select(number => number % 2 == 0 ? shared.First : shared.Second);
        Assert.All(await Task.WhenAll(hosts.Select(host => asker.Ask(model, host: host))), answer => Assert.Equal("well", answer.Text));
        Assert.Equal(("quarantined", reason), await State(model));
        await Eventually.Get(() => Audit("provider_key.quarantined", id), entries => entries.Count == 1);
        Assert.Equal(1, Lines($"of {model} ({model}) is refused ({reason})"));

        // Nobody asks with it any more.
        await Eventually.Get(() => Both(asker, model), keys => !keys.Contains("k1"));
        Assert.Equal(["k2", "k2"], await Both(asker, model));

        // It is still refused, and found so once: not by both processes.
        await Due(model);
        await Eventually.Get(() => Probes(model), probes => probes.Count == 1);
        await Eventually.Get(() => shared.System.Scalar<long>($"select count(*) from llm_health where failures = 1 and probe_at between now() + interval '20 seconds' and now() + interval '3 minutes' and {Subjects}", model), count => count == 1);
        Assert.Equal(["k2", "k2"], await Both(asker, model));

        // It is good again.
        shared.Provider.On(model, call => call.Answer("well"));
        await Due(model);
        await Eventually.Get(() => State(model), state => state == ("ok", null));
        await Eventually.Get(() => Both(asker, model), keys => keys is ["k1", "k1"]);
        var probes = await Probes(model);
        Assert.Equal(["k1 1", "k1 1"], probes.Select(call => $"{call.Key} {call.Body.GetProperty("max_tokens").GetInt32()}"));
        await Eventually.Get(() => Audit("provider_key.returned", id), entries => entries.Count == 1);
        Assert.Equal(1, Lines($"of {model} ({model}) is good again"));
        Assert.Single(await Audit("provider_key.quarantined", id));

        // What that took is in the ledger, for nobody's account.
        var admin = await shared.First.Admin();
        var calls = await Eventually.Get(() => admin.Call("GET", "/api/v1/llm/calls?user=system&limit=200"), answer => Of(answer, model).Count == 2);
        Assert.Equal(["answered - measured 11+5", $"failed {reason} measured 0+0"], Of(calls, model).Select(ProvidedSystem.Row));
    }

    [Fact]
    public async Task Should_be_told_of_when_it_was_the_only_one()
    {
        await shared.Get();
        var model = await shared.Model(call => call.Refuse(401));
        var asker = await shared.Asker();
        foreach (var isStream in new[] { false, true })
        {
            var answer = await asker.Ask(model, isStream);
            Assert.Equal((502, "server_error"), (answer.Status, answer.Told("type")));
        }

        Assert.Single(shared.Provider.Calls(model));
    }

    private async Task<List<string>> Both(Asker asker, string model)
    {
        var before = shared.Provider.Calls(model).Count;
        foreach (var host in new[] { shared.First, shared.Second })
            Assert.Equal("well", (await asker.Ask(model, host: host)).Text);
        return [.. shared.Provider.Calls(model).Skip(before).Where(call => !IsProbe(call)).Select(call => call.Key)];
    }

    /// <summary>Its next probe is due now.</summary>
    private Task<long> Due(string model) =>
        shared.System.Scalar<long>($"with due as (update llm_health set probe_at = now() where {Subjects} returning 1) select count(*) from due", model);

    private Task<List<ScriptedCall>> Probes(string model) => Task.FromResult(shared.Provider.Calls(model).Where(IsProbe).ToList());

    private static bool IsProbe(ScriptedCall call) => call.Asked == "ping";

    private int Lines(string text) => new[] { shared.First, shared.Second }.Sum(host => host.Output.Split('\n').Count(line => line.Contains(text, StringComparison.Ordinal)));

    private async Task<string> Id(string model) => (await Entry(model)).GetProperty("id").GetString()!;

    private async Task<(string, string?)> State(string model)
    {
        var key = (await Entry(model)).GetProperty("api_keys")[0];
        return (key.GetProperty("state").GetString()!, key.TryGetProperty("reason", out var reason) ? reason.GetString() : null);
    }

    private async Task<JsonElement> Entry(string model) => (await (await shared.First.Admin()).Call("GET", $"/api/v1/llm-models?provider={model}")).Json.GetProperty("models")[0];

    private async Task<IReadOnlyList<JsonElement>> Audit(string action, string id) =>
        [.. (await (await shared.First.Admin()).Call("GET", $"/api/audit?action={action}&limit=200")).Json.GetProperty("entries").EnumerateArray().Where(entry => entry.GetRawText().Contains(id, StringComparison.Ordinal))];

    private static List<JsonElement> Of(Answered calls, string model) =>
        [.. calls.Json.GetProperty("calls").EnumerateArray().Where(call => call.GetProperty("model").GetString() == model && call.GetProperty("outcome").GetString() != "open")];
}
