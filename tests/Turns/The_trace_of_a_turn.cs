using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Bus.Contracts;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Turns;

public sealed class The_trace_of_a_turn
{
    private const string TraceId = "4bf92f3577b34da6a3ce929d0e0e4736";
    private const string CallerId = "00f067aa0ba902b7";

    [Fact]
    public async Task Should_be_one_across_processes_in_spans_logs_answer_and_log()
    {
        await using var collector = await OtlpReceiver.Start();
        await using var provider = await GatedProvider.Start(call => call.Refuse(500));
        await using var system = await TestSystem.Create(new Dictionary<string, string?>(provider.Settings) { ["LOG_LEVEL"] = "debug" });
        var front = await system.AddProcess("ingress,memory", collector.Settings("front"));
        var back = await system.AddProcess("saga,llm", collector.Settings("back"));
        var session = await front.Http.CreateSession();

        using var request = new HttpRequestMessage(HttpMethod.Post, "/chat")
        {
            Content = JsonContent.Create(new { user_id = "u", session_id = session, message = "trace me", stream = false }),
            Headers = { { "traceparent", $"00-{TraceId}-{CallerId}-01" } },
        };
        using var answer = await front.Http.SendAsync(request, TestContext.Current.CancellationToken);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.BadGateway, answer.StatusCode);
        Assert.Equal(TraceId, problem.GetProperty("trace_id").GetString());
        Assert.Contains($"(trace code {TraceId})", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(TraceId, Assert.Single((await system.After(session, turns: 1)).All<TurnStarted>()).TraceId);
        await front.Line($"TraceId:{TraceId}");
        await back.Line($"TraceId:{TraceId}");

        string[] wanted =
        [
            "front Microsoft.AspNetCore", "front MassTransit", "front Npgsql", "back MassTransit", "back Bus.Messaging", "back Bus.Llm",
        ];
        await Eventually.Get(
            () => Task.FromResult(Of(collector)),
            spans => wanted.All(w => spans.Exists(span => $"{span.Service} {span.Source}" == w)) && spans.Exists(IsDelivery));
        await Eventually.Get(() => Task.FromResult(string.Join('\n', Orphans(collector))), orphans => orphans.Length == 0);
    }

    /// <summary>The spans whose parent is neither in the trace nor the caller's.</summary>
    private static IEnumerable<Span> Orphans(OtlpReceiver collector)
    {
        var spans = Of(collector);
        var known = spans.Select(span => span.SpanId).Append(CallerId).ToHashSet();
        return spans.Where(span => !known.Contains(span.ParentId));
    }

    private static List<Span> Of(OtlpReceiver collector) => [.. collector.Spans.Where(span => span.TraceId == TraceId)];

    private static bool IsDelivery(Span span) => span.Source == "MassTransit" && span.Name.Contains("deliver", StringComparison.OrdinalIgnoreCase);
}
