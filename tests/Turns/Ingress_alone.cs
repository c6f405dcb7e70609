using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Turns;

public sealed class Ingress_alone
{
    [Fact]
    public async Task Should_refuse_what_nobody_would_answer()
    {
        await using var system = await TestSystem.Create();
        var host = await system.AddProcess("ingress");

        await Should_be_unavailable(await host.Http.PostAsync("/conversations", null, TestContext.Current.CancellationToken));
        await Should_be_unavailable(await host.Http.PostAsJsonAsync(
            "/v1/chat/handle", new { user_id = "u", chat_id = "c", text = "hello?" }, TestContext.Current.CancellationToken));
        await Should_be_unavailable(await host.Http.PostAsJsonAsync("/v1/chat/reset", new { chat_id = "c" }, TestContext.Current.CancellationToken));

        Assert.Equal(0, await system.Scalar<long>("select count(*) from mt_events"));
        Assert.Equal(0, await system.Scalar<long>("select count(*) from bus_outbox"));
        Assert.Equal(0, await system.Scalar<long>("select count(*) from bus_inbox"));
        Assert.Empty(await system.QueuesOfFailure());

        // Nothing of it was kept somewhere for later, either.
        await system.AddProcess("saga,memory,llm");
        Assert.Equal("[demo] You said: now?\n\nI was shown 2 messages.", await host.Http.Handle("c", "now?"));
        Assert.Equal(1, await system.Scalar<long>("select count(*) from mt_events where type = 'message_received'"));
    }

    private static async Task Should_be_unavailable(HttpResponseMessage response)
    {
        using (response)
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
            Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
            var problem = await response.Content.ReadFromJsonAsync<JsonElement>();
            Assert.Contains("'saga'", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
            Assert.Matches("^[0-9a-f]{32}$", problem.GetProperty("trace_id").GetString());
        }
    }
}
