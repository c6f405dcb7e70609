using Bus.Faults.Processes;
using Xunit;

namespace Bus.Tests.Gateway;

/// <summary>As long as another one lives, whoever asks does not notice; and the ledger has it all.</summary>
public sealed class A_provider_that_fails(ProvidedSystem shared)
{
    private const string Prompt = "7+0"; // taken, perhaps, and nothing said
    private const string Nothing = "0+0"; // refused, or never asked

    /// <summary>What goes wrong, and what the ledger says of it.</summary>
    private static readonly Dictionary<string, (Func<ScriptedCall, Task> Script, string Ledger)> Troubles = new()
    {
        ["429"] = (call => call.Refuse(429), $"rate_limit measured {Nothing}"),
        ["429 for an hour"] = (call => call.Refuse(429, retryAfter: 3600), $"rate_limit measured {Nothing}"),
        ["500"] = (call => call.Refuse(500), $"unavailable measured {Nothing}"),
        ["503"] = (call => call.Refuse(503, "overloaded"), $"unavailable measured {Nothing}"),
        ["401"] = (call => call.Refuse(401, "invalid_api_key"), $"key_refused measured {Nothing}"),
        ["402"] = (call => call.Refuse(402), $"no_credit measured {Nothing}"),
        ["403"] = (call => call.Refuse(403), $"key_refused measured {Nothing}"),
        ["429 without credit"] = (call => call.Refuse(429, "insufficient_quota"), $"no_credit measured {Nothing}"),
        ["404"] = (call => call.Refuse(404, "model_not_found"), $"unknown_model measured {Nothing}"),
        ["too long"] = (call => call.Refuse(400, "context_length_exceeded"), $"context_overflow measured {Nothing}"),
        ["policy"] = (call => call.Refuse(400, "content_filter"), $"content_policy measured {Nothing}"),
        ["silence"] = (call => call.Silence(), $"timeout aborted {Prompt}"),
        ["half"] = (call => call.Half(), $"broken aborted {Prompt}"),
        ["hangs up"] = (
            call =>
            {
                call.HangUp();
                return Task.CompletedTask;
            },
            $"unreachable aborted {Prompt}"),
        ["garbage"] = (call => call.Raw("data: {\"choices\": [\u0000\ufffd<html>"), $"broken aborted {Prompt}"),
        ["no JSON"] = (call => call.Raw("upstream connect error", "application/json"), $"broken aborted {Prompt}"),
        ["another JSON"] = (call => call.Raw("{}", "application/json"), $"broken aborted {Prompt}"),
        ["a web page"] = (call => call.Raw("<html><body>Sign in", "text/html"), $"broken measured {Nothing}"),
        ["nothing"] = (call => call.Raw(call.IsStream ? "data: [DONE]\n\n" : "", call.IsStream ? "text/event-stream" : "application/json"), $"broken aborted {Prompt}"),
        ["an error that is no error"] = (call => call.Raw("""{"error":{"message":"overloaded","code":503}}""", "application/json"), $"unavailable aborted {Prompt}"),
    };

    public static readonly TheoryData<string, bool> Cases = new(Troubles.Keys.SelectMany(trouble => new[] { (trouble, false), (trouble, true) }));

    [Theory, MemberData(nameof(Cases))]
    public async Task Should_not_be_noticed_as_long_as_another_lives(string trouble, bool isStream)
    {
        await shared.Get();
        var (bad, good) = (await shared.Model(Troubles[trouble].Script), await shared.Model());
        var answer = await (await shared.Asker()).Ask(await shared.Route(bad, good), isStream);

        Assert.Equal((200, "well", true, false, null), (answer.Status, answer.Text, answer.IsDone, answer.IsBroken, answer.Error?.GetRawText()));
        Assert.Single(shared.Provider.Calls(good));
        Assert.Equal([$"failed {Troubles[trouble].Ledger}"], (await shared.Ledger(bad)).Distinct());
        Assert.Equal(["answered - measured 11+5"], await shared.Ledger(good));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Should_not_be_noticed_when_nobody_is_there(bool isStream)
    {
        await shared.Get();
        var (bad, good) = (await shared.Model(null, ("base_url", $"http://127.0.0.1:{FreePort.Next()}/v1")), await shared.Model());
        var answer = await (await shared.Asker()).Ask(await shared.Route(bad, good), isStream);

        Assert.Equal((200, "well", true), (answer.Status, answer.Text, answer.IsDone));
        Assert.Equal(["failed unreachable measured 0+0"], await shared.Ledger(bad));
        Assert.Equal(["answered - measured 11+5"], await shared.Ledger(good));
    }

    [Fact]
    public async Task Should_not_be_asked_a_second_time_while_another_answers()
    {
        await shared.Get();
        var (bad, good) = (await shared.Model(call => call.Refuse(429, retryAfter: 3600)), await shared.Model());
        var (asker, route) = (await shared.Asker(), await shared.Route(bad, good));
        for (var number = 0; number < 5; number++)
            Assert.Equal("well", (await asker.Ask(route, number % 2 == 0)).Text);
        Assert.Single(shared.Provider.Calls(bad));
    }

    /// <summary>What people have seen cannot be taken back: nobody else is asked, and they see that it is not whole.</summary>
    [Theory]
    [InlineData("hangs up", "broken", "provider_broken")]
    [InlineData("reports an error", "unavailable", "provider_unavailable")]
    [InlineData("says no more", "timeout", "provider_timeout")]
    [InlineData("says it is done", "broken", "provider_broken")]
    public async Task Should_be_told_when_something_of_its_answer_is_out(string trouble, string failure, string code)
    {
        await shared.Get();
        var good = await shared.Model();
        var bad = await shared.Model(async call =>
        {
            await call.Role();
            await call.Say("Hel");
            switch (trouble)
            {
                case "hangs up":
                    call.HangUp();
                    break;
                case "reports an error":
                    await call.Data("""{"error":{"message":"overloaded","code":503}}""");
                    break;
                case "says no more":
                    await call.Silence();
                    break;
                default:
                    await call.Data("[DONE]");
                    break;
            }
        });
        var answer = await (await shared.Asker()).Ask(await shared.Route(bad, good), isStream: true);

        if (trouble == "says it is done")
        {
            // Some servers forget the reason; who says that it is done is believed.
            Assert.Equal(("Hel", true, null), (answer.Text, answer.IsDone, answer.Error?.GetRawText()));
            return;
        }

        Assert.Equal((200, "Hel", false, code), (answer.Status, answer.Text, answer.IsDone, answer.Told("code")));
        Assert.Empty(shared.Provider.Calls(good));
        Assert.Equal([$"failed {failure} aborted 7+5"], await shared.Ledger(bad));
    }

    [Theory]
    [InlineData(429, 429, "rate_limit_error", "rate_limit_exceeded")]
    [InlineData(500, 502, "server_error", "provider_unavailable")]
    [InlineData(401, 502, "server_error", "provider_key_refused")]
    public async Task Should_be_one_clear_error_when_all_do(int status, int told, string type, string code)
    {
        await shared.Get();
        string[] bad = [await Refusing(), await Refusing(), await Refusing()];
        var route = await shared.Route(bad);
        var asker = await shared.Asker();
        foreach (var isStream in new[] { false, true })
        {
            var answer = await asker.Ask(route, isStream);
            Assert.Equal((told, type), (answer.Status, answer.Told("type")));
            Assert.True(answer.Told("code") == code || isStream, answer.Told("code"));
            Assert.NotEqual("", answer.Told("message"));
        }

        var asked = bad.Sum(model => shared.Provider.Calls(model).Count);
        Assert.InRange(asked, 3, 12); // LLM_ATTEMPTS is 6, and two have asked

        Task<string> Refusing() => shared.Model(call => call.Refuse(status, retryAfter: status == 429 ? 3600 : null));
    }

    [Fact]
    public async Task Should_be_asked_no_more_often_than_is_set()
    {
        await shared.Get();
        string[] bad = [await Failing(), await Failing(), await Failing(), await Failing()];
        Assert.Equal(502, (await (await shared.Asker()).Ask(await shared.Route(bad))).Status);
        Assert.Equal(6, bad.Sum(model => shared.Provider.Calls(model).Count));

        Task<string> Failing() => shared.Model(call => call.Refuse(500));
    }

    [Fact]
    public async Task Should_be_one_clear_error_when_the_request_is_wrong_whoever_is_asked()
    {
        await shared.Get();
        var (bad, good) = (await shared.Model(call => call.Refuse(422, "bad_tool", "That is no tool.")), await shared.Model());
        var answer = await (await shared.Asker()).Ask(await shared.Route(bad, good));
        Assert.Equal((422, "That is no tool.", "invalid_request_error"), (answer.Status, answer.Told("message"), answer.Told("type")));
        Assert.Empty(shared.Provider.Calls(good));
        Assert.Equal(["failed rejected measured 0+0"], await shared.Ledger(bad));
    }
}
