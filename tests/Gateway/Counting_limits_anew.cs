using System.Text.RegularExpressions;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Gateway;

/// <summary>What limits count follows from the ledger, whatever became of the counters.</summary>
public sealed partial class Counting_limits_anew(ProvidedSystem shared)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Should_give_what_the_ledger_says_and_be_recorded(bool isCommand)
    {
        await shared.Get();
        var (model, asker, admin) = (await shared.Model(), await shared.Asker(), await shared.First.Admin());
        foreach (var (unit, amount) in new[] { ("tokens", 17), ("requests", 5) })
            Assert.Equal(201, (await admin.Call("POST", "/api/v1/llm-limits", new { subject = "user", subject_id = asker.Owner, unit, window = "day", amount })).Status);
        Assert.True((await asker.Ask(model)).IsDone);
        await shared.Ledger(model);
        Assert.Equal(["requests 1", "tokens 16"], await Used(admin, asker));
        await shared.System.Scalar<object?>("update llm_counters set used = 4711 where subject_id = $1 returning null", asker.Owner);
        var since = await Recorded();

        if (isCommand)
        {
            var (code, said, errors) = await HostProcess.Command(shared.System.Environment, "limits", "recount");
            Assert.Equal((0, ""), (code, errors));
            Assert.Matches(Counters(), said);
        }
        else
        {
            var done = await admin.Call("POST", "/api/v1/llm-limits/recount");
            Assert.Equal(200, done.Status);
            Assert.InRange(done.Json.GetProperty("counters").GetInt64(), 2, long.MaxValue);
        }

        Assert.Equal(["requests 1", "tokens 16"], await Used(admin, asker));
        Assert.Equal(since + 1, await Recorded());
        Assert.True((await asker.Ask(model, host: shared.Second)).IsDone);
        await shared.Ledger(model, 2);
        Assert.Equal(429, (await asker.Ask(model)).Status);

        Task<long> Recorded() => shared.System.Scalar<long>(
            "select count(*) from mt_events where type = 'audited' and data ->> 'Action' = 'limits.recounted' and (data ->> 'Actor' = 'cli') = $1", isCommand);
    }

    private static async Task<List<string>> Used(HttpClient admin, Asker asker) =>
        [.. (await admin.Call("GET", $"/api/v1/llm-limits/usage?subject=user&id={asker.Owner}")).Json.GetProperty("usage").EnumerateArray().Select(item => $"{item.GetProperty("unit").GetString()} {item.GetProperty("used")}")];

    [GeneratedRegex(@"^\d+ counters, as the ledger has them\n$")]
    private static partial Regex Counters();
}
