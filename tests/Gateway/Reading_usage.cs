using System.Text.Json;
using Bus.Contracts;
using Bus.Events;
using Bus.Messaging.Access;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Gateway;

public sealed class Reading_usage(SharedSystem shared)
{
    private const string Range = "from=2026-03-01&to=2026-03-31";

    [Fact]
    public async Task Should_tell_what_one_has_taken_and_what_it_cost()
    {
        var user = await User();
        await Spend(user);
        await Spend(user, new TokenCounts(10, 20, 0, 0), outcome: AttemptOutcomes.Cancelled, basis: UsageBases.Aborted);
        await Spend(user, new TokenCounts(0, 0, 0, 0), outcome: AttemptOutcomes.Failed);
        var unpriced = Spent.Reserved(owner: user.Owner);
        await shared.System.Log.Spend(unpriced, unpriced.Settled(new TokenCounts(7, 0, 0, 0), AttemptOutcomes.Lost) with { Cost = null, Price = null });
        await shared.System.Log.Spend(Some.Id(), Spent.Reserved(owner: user.Owner)); // not over
        await Spend(await User()); // somebody else's

        var usage = await Get(user, $"/api/v1/llm/usage?{Range}");

        Assert.Equal("USD", usage.GetProperty("currency").GetString());
        Assert.Equal("2026-03-01T00:00:00+00:00 2026-04-01T00:00:00+00:00", $"{usage.GetProperty("from").GetString()} {usage.GetProperty("to").GetString()}");
        Assert.Equal(
            """{"requests":4,"failed":2,"input_tokens":1017,"output_tokens":520,"cached_tokens":400,"reasoning_tokens":100,"estimated_tokens":30,"cost":0.00682,"unpriced_requests":1,"earlier_runs":0}""",
            usage.GetProperty("totals").GetRawText());
        Assert.Equal(0, usage.GetProperty("by").GetArrayLength());
        Assert.Equal(0, (await Get(user, "/api/v1/llm/usage?from=2026-02-01&to=2026-02-28")).GetProperty("totals").GetProperty("requests").GetInt32());
    }

    [Fact]
    public async Task Should_put_it_together_by_day_and_model_page_by_page()
    {
        var user = await User();
        foreach (var (day, model) in new[] { (0, "a"), (0, "b"), (0, "b"), (1, "a"), (2, "b") })
            await Spend(user, change: attempt => attempt with { ReservedAt = Spent.Start.AddDays(day), Model = model, Via = $"key:{model}" });

        Assert.Equal(["2026-03-03 b 1", "2026-03-02 a 1", "2026-03-01 a 1", "2026-03-01 b 2"], Groups(await Get(user, $"/api/v1/llm/usage?{Range}&group_by=day,model"), "day", "model"));
        Assert.Equal(["a 2", "b 3"], Groups(await Get(user, $"/api/v1/llm/usage?{Range}&group_by=key"), "key"));
        Assert.Equal(["2026-03-02 1"], Groups(await Get(user, $"/api/v1/llm/usage?from=2026-03-02T00:00:00Z&to=2026-03-03T00:00:00Z&group_by=day"), "day"));
        Assert.Equal(["b 3"], Groups(await Get(user, $"/api/v1/llm/usage?{Range}&group_by=model&model=b"), "model"));
        var page = await Get(user, $"/api/v1/llm/usage?{Range}&group_by=day,model&limit=2&offset=1");
        Assert.Equal(["2026-03-02 a 1", "2026-03-01 a 1"], Groups(page, "day", "model"));
        Assert.False(page.GetProperty("is_complete").GetBoolean());
        Assert.True((await Get(user, $"/api/v1/llm/usage?{Range}&group_by=day,model&limit=2&offset=2")).GetProperty("is_complete").GetBoolean());
        Assert.Equal(5, page.GetProperty("totals").GetProperty("requests").GetInt32());
    }

    [Fact]
    public async Task Should_tell_of_others_only_who_may_see_it()
    {
        var (user, viewer) = (await User(), await TestAccount.Create(shared.System.Database, AccountRoles.Viewer));
        await Spend(user);
        await shared.System.Database.Run(
            "insert into account_links (platform, participant, user_id, name, linked_at) values ('telegram', $1, $2, '', now())", CancellationToken.None, $"{user.Id:N}", user.Id);
        await Spend(user, change: attempt => attempt with { Owner = $"telegram:{user.Id:N}" });

        Assert.Equal(2, Requests(await Get(user, $"/api/v1/llm/usage?{Range}")));
        Assert.Equal(2, Requests(await Get(viewer, $"/api/v1/llm/usage?{Range}&user={user.Id}")));
        Assert.Equal(1, Requests(await Get(viewer, $"/api/v1/llm/usage?{Range}&user=telegram:{user.Id:N}")));
        Assert.Contains($"{user.Owner} 1", Groups(await Get(viewer, $"/api/v1/llm/usage?{Range}&of=all&group_by=owner&limit=1000"), "owner"));
        foreach (var others in new[] { "usage?of=all", $"usage?user={viewer.Id}", $"calls?user={viewer.Id}", "usage?group_by=provider_key" })
            Assert.Equal(403, (await shared.Http.Call("GET", $"/api/v1/llm/{others}", token: user.Token)).Status);
        Assert.Equal(0, Requests(await Get(viewer, $"/api/v1/llm/usage?{Range}")));
    }

    [Theory]
    [InlineData("usage?from=yesterday", "from must be a day")]
    [InlineData("usage?from=2026-03-02&to=2026-03-01", "from must be before to.")]
    [InlineData("usage?from=2000-01-01&to=2026-03-01", "from must be 3660 days before to, at most.")]
    [InlineData("usage?to=2026-03-01T10:00:00", "to must be a day")]
    [InlineData("usage?group_by=day,model,owner", "group_by must be one or two of: day, model")]
    [InlineData("usage?group_by=text", "group_by must be one or two of")]
    [InlineData("usage?of=others", "of must be mine or all.")]
    [InlineData("usage?of=mine&user=a", "user and of exclude each other.")]
    [InlineData("usage?user=", "user must have 1 to 200 characters.")]
    [InlineData("usage?limit=1001", "limit must be a whole number from 1 to 1000.")]
    [InlineData("usage?limit=0", "limit must be")]
    [InlineData("usage?offset=1000001", "offset must be")]
    [InlineData("usage?format=xml", "format must be json or csv.")]
    [InlineData("calls?limit=201", "limit must be a whole number from 1 to 200.")]
    [InlineData("calls?before=0", "before must be a number from 1.")]
    [InlineData("calls?outcome=good", "outcome must be one of: open, answered")]
    [InlineData("calls?call_id=7", "call_id must be the id of a call.")]
    public async Task Should_name_what_is_wrong(string path, string why)
    {
        var answer = await shared.Http.Call("GET", $"/api/v1/llm/{path}", token: (await User()).Token);

        Assert.Equal(400, answer.Status);
        Assert.StartsWith(why, answer.Detail, StringComparison.Ordinal);
        Assert.Single(answer.Json.GetProperty("errors").EnumerateObject(), error => why.StartsWith(error.Name, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Should_come_as_a_table_in_which_no_name_is_a_formula()
    {
        var user = await User();
        foreach (var model in new[] { "=1+1", "a,\"b\"", "@cmd", "plain" })
            await Spend(user, change: attempt => attempt with { Model = model });

        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/llm/usage?{Range}&group_by=model&format=csv") { Headers = { { "Authorization", $"Bearer {user.Token}" } } };
        using var answer = await shared.Http.SendAsync(request);

        Assert.Equal(("text/csv", "usage.csv"), (answer.Content.Headers.ContentType?.MediaType, answer.Content.Headers.ContentDisposition?.FileName));
        const string figures = "1,0,1000,500,400,100,0,0.0066,0,0,USD";
        Assert.Equal(
            [
                "model,requests,failed,input_tokens,output_tokens,cached_tokens,reasoning_tokens,estimated_tokens,cost,unpriced_requests,earlier_runs,currency",
                $"\"a,\"\"b\"\"\",{figures}", $"'=1+1,{figures}", $"'@cmd,{figures}", $"plain,{figures}",
            ],
            (await answer.Content.ReadAsStringAsync()).Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal).OrderBy(line => !line.StartsWith("model,", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Should_list_every_call_the_newest_first()
    {
        var (user, key) = (await User(), Some.Id());
        var calls = new List<UsageReserved>();
        for (var number = 0; number < 5; number++)
        {
            calls.Add(Spent.Reserved(owner: user.Owner) with { ProviderKeyId = key });
            await shared.System.Log.Spend(calls[^1], calls[^1].Settled(outcome: number == 2 ? AttemptOutcomes.Failed : AttemptOutcomes.Answered));
        }

        var open = Spent.Reserved(owner: user.Owner) with { CallId = calls[0].CallId, Number = 2, Asked = "clever" };
        await shared.System.Log.Spend(open.AttemptId, open);
        await Spend(await User());

        var first = await Get(user, "/api/v1/llm/calls?limit=4");
        var second = await Get(user, $"/api/v1/llm/calls?limit=4&before={first.GetProperty("next").GetInt64()}");
        Assert.Equal([open.AttemptId, .. calls.AsEnumerable().Reverse().Select(call => call.AttemptId)], Ids(first).Concat(Ids(second)));
        Assert.Equal(JsonValueKind.Null, second.GetProperty("next").ValueKind);
        Assert.Equal([open.AttemptId, calls[0].AttemptId], Ids(await Get(user, $"/api/v1/llm/calls?call_id={open.CallId}")));
        Assert.Equal([open.AttemptId], Ids(await Get(user, "/api/v1/llm/calls?outcome=open")));
        Assert.Equal([calls[2].AttemptId], Ids(await Get(user, "/api/v1/llm/calls?outcome=failed&model=model-1")));
        Assert.Equal([open.AttemptId], Ids(await Get(user, "/api/v1/llm/calls?model=clever")));

        var failed = (await Get(user, "/api/v1/llm/calls?outcome=failed")).GetProperty("calls")[0];
        Assert.Equal(("timeout", 0.0066m, 2m, "measured"), (
            failed.GetProperty("failure").GetString(), failed.GetProperty("cost").GetDecimal(), failed.GetProperty("price").GetProperty("input").GetDecimal(), failed.GetProperty("basis").GetString()));
        Assert.Equal(JsonValueKind.Null, failed.GetProperty("provider_key_id").ValueKind);
        var seen = await Get(await TestAccount.Create(shared.System.Database, AccountRoles.Operator), $"/api/v1/llm/calls?user={user.Id}&outcome=failed");
        Assert.Equal(key, seen.GetProperty("calls")[0].GetProperty("provider_key_id").GetGuid());
    }

    private Task<TestAccount> User() => TestAccount.Create(shared.System.Database, AccountRoles.User);

    private Task Spend(
        TestAccount user, TokenCounts? tokens = null, string outcome = AttemptOutcomes.Answered, string basis = UsageBases.Measured, Func<UsageReserved, UsageReserved>? change = null)
    {
        var attempt = Spent.Reserved(owner: user.Owner);
        attempt = change?.Invoke(attempt) ?? attempt;
        return shared.System.Log.Spend(attempt, attempt.Settled(tokens, outcome, basis));
    }

    private async Task<JsonElement> Get(TestAccount account, string path)
    {
        var answer = await shared.Http.Call("GET", path, token: account.Token);
        Assert.True(answer.Status == 200, $"{answer.Status}: {answer.Json}");
        return answer.Json;
    }

    private static int Requests(JsonElement usage) => usage.GetProperty("totals").GetProperty("requests").GetInt32();

    private static IEnumerable<string> Groups(JsonElement usage, params string[] names) => usage.GetProperty("by").EnumerateArray()
        .Select(group => $"{string.Join(' ', names.Select(name => group.GetProperty(name).GetString()))} {group.GetProperty("requests").GetInt32()}");

    private static IEnumerable<Guid> Ids(JsonElement calls) => calls.GetProperty("calls").EnumerateArray().Select(call => call.GetProperty("attempt_id").GetGuid());
}
