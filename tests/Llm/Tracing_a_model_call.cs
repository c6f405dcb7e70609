using System.Diagnostics;
using Bus.Contracts;
using Xunit;

namespace Bus.Tests.Llm;

public sealed class Tracing_a_model_call : IDisposable
{
    private readonly Attempts attempts = new();
    private readonly FakeSpans spans = new();

    public void Dispose() => spans.Dispose();

    [Fact]
    public async Task Should_say_who_was_asked_and_what_it_took()
    {
        await using var provider = FakeProvider.Streaming(Wire.Piece("Hi"), Wire.Finish("stop"), Wire.Usage, Wire.Done);
        using var client = Asking.ClientOf(provider);
        attempts.Options = new ModelOptions(0.5, 9);
        await attempts.Generate(client, server: provider.BaseUrl);

        var span = Assert.Single(spans.Found);
        Assert.Equal(("chat m-1", ActivityKind.Client, spans.Turn.SpanId), (span.DisplayName, span.Kind, span.ParentSpanId));
        Assert.Equal(ActivityStatusCode.Unset, span.Status);
        Assert.Equal(["stop"], Assert.IsType<string[]>(span.GetTagItem("gen_ai.response.finish_reasons")));
        var expected = new Dictionary<string, object>
        {
            ["gen_ai.operation.name"] = "chat",
            ["gen_ai.provider.name"] = "custom",
            ["gen_ai.request.model"] = "m-1",
            ["gen_ai.request.stream"] = true,
            ["gen_ai.request.temperature"] = 0.5,
            ["gen_ai.request.max_tokens"] = 9,
            ["gen_ai.conversation.id"] = "00000001-0000-0000-0000-000000000000",
            ["gen_ai.response.model"] = "m-1",
            ["gen_ai.usage.input_tokens"] = 7,
            ["gen_ai.usage.output_tokens"] = 3,
            ["gen_ai.usage.cache_read.input_tokens"] = 5,
            ["gen_ai.usage.reasoning.output_tokens"] = 2,
            ["server.address"] = "127.0.0.1",
            ["server.port"] = provider.BaseUrl.Port,
        };
        Assert.Equal(
            expected.OrderBy(tag => tag.Key).Select(tag => $"{tag.Key}={tag.Value}"),
            span.TagObjects.Where(tag => tag.Key != "gen_ai.response.finish_reasons").OrderBy(tag => tag.Key).Select(tag => $"{tag.Key}={tag.Value}"));
    }

    [Theory]
    [InlineData("demo:fail", "unavailable")]
    [InlineData("demo:empty", "empty")]
    [InlineData("demo:hang", "timeout")]
    public async Task Should_say_how_it_failed(string told, string errorType)
    {
        var asking = attempts.Ask(told);
        attempts.Time.Advance(TimeSpan.FromMinutes(3));
        await asking;
        var span = Assert.Single(spans.Found);
        Assert.Equal((ActivityStatusCode.Error, errorType), (span.Status, span.GetTagItem("error.type")));
    }
}
