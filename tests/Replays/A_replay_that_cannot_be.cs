using System.Net;
using Bus.Tests.Http;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Replays;

public sealed class A_replay_that_cannot_be(SharedSystem shared)
{
    [Theory]
    [InlineData("""{"turns":"4"}""", "turns", "There is no turn 4: the session has 3.")]
    [InlineData("""{"turns":"2-9"}""", "turns", "There is no turn 9: the session has 3.")]
    [InlineData("""{"turns":"2147483647"}""", "turns", "There is no turn 2147483647: the session has 3.")]
    [InlineData("""{"model":"gpt-none"}""", "model", "There is no model 'gpt-none'. Administrators see and add models at /api/v1/llm-models.")]
    [InlineData("""{"model":"openai:gpt-4o"}""", "model", "The model 'openai:gpt-4o' is switched off.")]
    public async Task Should_be_refused_with_a_reason(string body, string field, string reason)
    {
        var session = await shared.Http.SessionOf(shared.System, "1", "2", "3");
        var before = await shared.System.Scalar<long>("select count(*) from mt_streams where type = 'replay'");

        var answer = await shared.Http.Raw(HttpMethod.Post, $"/conversations/{session}/replays", body);

        Refusal.Check(answer, 422, field);
        Assert.Contains(reason, answer.Body.Replace("\\u0027", "'", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Equal(before, await shared.System.Scalar<long>("select count(*) from mt_streams where type = 'replay'"));
    }

    [Fact]
    public async Task Should_be_refused_for_a_session_without_turns()
    {
        var session = await shared.Http.CreateSession();
        Refusal.Check(await shared.Http.Raw(HttpMethod.Post, $"/conversations/{session}/replays", "{}"), 422, "turns");
    }

    [Fact]
    public async Task Should_be_refused_for_a_session_that_was_erased()
    {
        var session = await shared.Http.SessionOf(shared.System, "1");
        await shared.Http.Erase(session);
        Refusal.Check(await shared.Http.Raw(HttpMethod.Post, $"/conversations/{session}/replays", "{}"), 404, "session_id");
    }

    [Theory]
    [InlineData("550e8400-e29b-41d4-a716-446655440000")]
    [InlineData("no-uuid")]
    public async Task Should_be_refused_for_a_session_that_is_not_there(string session) =>
        Refusal.Check(await shared.Http.Raw(HttpMethod.Post, $"/conversations/{session}/replays", "{}"), 404, "session_id");

    [Fact]
    public async Task Should_not_be_found_elsewhere_than_at_its_session()
    {
        var session = await shared.Http.SessionOf(shared.System, "1");
        var other = await shared.Http.SessionOf(shared.System, "2");
        var replay = await shared.Http.StartReplay(session, new { });
        await shared.Http.FinishedReplay(session, replay);

        foreach (var path in new[] { $"{other}/replays/{replay}", $"{session}/replays/{session}", $"{session}/replays/{Publishing.NewId()}", $"{session}/replays/x", $"x/replays/{replay}" })
            Refusal.Check(await shared.Http.Raw(HttpMethod.Get, $"/conversations/{path}"), 404, "replay_id");

        // Nor is it a session.
        Refusal.Check(await shared.Http.Raw(HttpMethod.Post, $"/conversations/{replay}/replays", "{}"), 404, "session_id");
        using var history = await shared.Http.GetAsync($"/conversations/{replay}/history");
        Assert.Equal(HttpStatusCode.NotFound, history.StatusCode);
        Assert.DoesNotContain(replay.ToString(), await shared.Http.GetStringAsync("/conversations"), StringComparison.Ordinal);
    }
}

[Collection(BadInput.Name)]
public sealed class A_replay_asked_for_wrongly(LonelyIngress ingress)
{
    public static readonly TheoryData<string, string> Cases = new(
    [
        .. Field.NoId.Select(value => ("model", value)),
        .. Field.NoMessage.Select(value => ("system", value)),
        .. Field.NoTemperature.Select(value => ("temperature", value)),
        .. new[] { "1", "true", "[]", "{}", "\"\"", "\" \"", "\"0\"", "\"7-3\"", "\"0-3\"", "\"3-\"", "\"-3\"", "\"1-2-3\"", "\"a\"", "\"1.5\"", "\"+1\"", "\"99999999999\"" }
            .Select(value => ("turns", value)),
    ]);

    [Theory, MemberData(nameof(Cases))]
    public Task Should_name_the_field(string name, string value) => BadInput.IsRefused(
        ingress, () => ingress.Http.Raw(HttpMethod.Post, $"/conversations/{ingress.Session}/replays", $"{{\"{name}\":{value}}}"), 400, name);

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{")]
    public Task Should_say_that_the_body_is_none(string body) => BadInput.IsRefused(
        ingress, () => ingress.Http.Raw(HttpMethod.Post, $"/conversations/{ingress.Session}/replays", body), 400, null);
}
