using System.Text.RegularExpressions;
using Bus.Accounts.Audit;
using Bus.Contracts;
using Bus.Messaging.Access;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Accounts;

public sealed partial class The_audit_stream : IAsyncLifetime
{
    private TestSystem system = null!;
    private HostProcess host = null!;

    public async ValueTask InitializeAsync()
    {
        system = await TestSystem.Create();
        host = await system.AddProcess("ingress");
    }

    public ValueTask DisposeAsync() => system.DisposeAsync();

    [Fact]
    public async Task Should_be_whole_when_many_write_at_once()
    {
        var other = await system.AddProcess("ingress");
        var (here, there) = (await host.Admin(), await other.Admin());

        await Parallel.ForAsync(0, 60, async (number, _) => Assert.Equal(200, (await (number % 2 == 0 ? here : there).Call("PATCH", "/api/settings", new { brand_text = $"number {number}" })).Status));

        var report = (await here.Call("GET", "/api/audit/verification")).Json;
        Assert.Equal((true, 60L), (report.GetProperty("is_whole").GetBoolean(), report.GetProperty("entries").GetInt64()));
        Assert.Equal(
            (0, $"60 entries, all as they were written. Head: 60:{report.GetProperty("head").GetString()}\n", ""), await Run("verify"));
        // Each says what the one before had left.
        var entries = (await here.Call("GET", "/api/audit")).Json.GetProperty("entries").EnumerateArray().Reverse().ToList();
        Assert.All(entries.Zip(entries.Skip(1)), pair => Assert.Equal(pair.First.GetProperty("after").GetString(), pair.Second.GetProperty("before").GetString()));
    }

    [Fact]
    public async Task Should_be_compared_with_an_entry_that_is_known_from_elsewhere()
    {
        await Fill();
        var head = Head().Match((await Run("verify")).Output).Groups[1].Value;
        await host.Line(head.Split(':')[1]); // the log of the process has it as well
        Assert.Equal(0, (await Run("verify", "--head", head)).Code);
        await system.Scalar<object>($"update mt_events set data = jsonb_set(data, '{{Actor}}', '\"somebody else\"') where stream_id = '{AuditLog.Stream}' and version = 3");
        Assert.Matches(@"^Entry 3 \(event [0-9a-f-]{36}\) is not what was hashed\. The 2 before it are as they were written\.\n$", (await Run("verify")).Errors);
        Assert.False((await (await host.Admin()).Call("GET", "/api/audit/verification")).Json.GetProperty("is_whole").GetBoolean());

        // Somebody writes all of it anew, and it is whole in itself.
        await system.Scalar<object>($"delete from mt_events where stream_id = '{AuditLog.Stream}'; delete from mt_streams where id = '{AuditLog.Stream}'");
        await Fill();
        Assert.Equal(0, (await Run("verify")).Code);
        Assert.StartsWith("Entry 5 (event ", (await Run("verify", "--head", head)).Errors, StringComparison.Ordinal);
        Assert.Contains("is missing: the entry 9 was known", (await Run("verify", "--head", $"9:{head.Split(':')[1]}")).Errors, StringComparison.Ordinal);
        Assert.Equal((1, "", "'nonsense' is no head. Expected: NUMBER:HASH, as this command writes it.\n"), await Run("verify", "--head", "nonsense"));
    }

    [Fact]
    public async Task Should_have_who_read_whose_conversation()
    {
        var owner = await TestAccount.Create(system.Database, AccountRoles.User);
        var viewer = await TestAccount.Create(system.Database, AccountRoles.Viewer);
        await system.AddProcess("saga,llm,memory");
        var session = (await host.Http.Call("POST", "/conversations", token: owner.Token)).Text("session_id");
        await host.Http.Call("GET", $"/conversations/{session}/history", token: owner.Token);
        await host.Http.Call("GET", $"/conversations/{session}/history", token: viewer.Token);
        await host.Http.Call("GET", $"/conversations/{session}/export?format=markdown", token: viewer.Key);

        var (code, output, _) = await Run("list", "--subject", $"session:{session}");

        Assert.Equal(0, code);
        Assert.Equal(
            [$"{viewer.Name} ({viewer.Owner})  content.viewed  session:{session}: \"history\"", $"{viewer.Name} ({viewer.Owner})  content.viewed  session:{session}: \"export\""],
            output.TrimEnd('\n').Split('\n').Select(line => line[(line.IndexOf('Z', StringComparison.Ordinal) + 3)..]));
        var entries = (await (await host.Admin()).Call("GET", $"/api/audit?actor={viewer.Owner}")).Json.GetProperty("entries").EnumerateArray();
        Assert.Equal([$"key:{viewer.Id}", $"login:{viewer.Id}"], entries.Select(entry => entry.GetProperty("via").GetString()));
    }

    [Fact]
    public async Task Should_be_read_page_by_page()
    {
        var admin = await host.Admin();
        for (var i = 0; i < Limits.MostListedAudit + 5; i++)
            await admin.Call("PATCH", "/api/settings", new { brand_text = $"number {i}" });
        var newest = (await admin.Call("GET", "/api/audit")).Json.GetProperty("entries").EnumerateArray().Select(entry => entry.GetProperty("number").GetInt64()).ToList();
        Assert.Equal((Limits.MostListedAudit, Limits.MostListedAudit + 5L), (newest.Count, newest[0]));
        var before = (await admin.Call("GET", $"/api/audit?before={newest[^1]}")).Json.GetProperty("entries").EnumerateArray().Select(entry => entry.GetProperty("number").GetInt64());
        Assert.Equal([5, 4, 3, 2, 1], before);
        Assert.Equal(400, (await admin.Call("GET", "/api/audit?before=x")).Status);
    }

    private async Task Fill()
    {
        var admin = await host.Admin();
        for (var i = 0; i < 5; i++)
            await admin.Call("PATCH", "/api/settings", new { messages_per_day = Random.Shared.Next(1, 1_000_000) });
    }

    private async Task<(int Code, string Output, string Errors)> Run(params string[] arguments) =>
        await HostProcess.Command(system.Environment, ["audit", .. arguments]);

    [GeneratedRegex("Head: ([0-9]+:[0-9a-f]{64})")]
    private static partial Regex Head();
}
