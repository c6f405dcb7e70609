using System.Text.Json;
using System.Text.Json.Nodes;
using Bus.Bench.Turns;

namespace Bus.Bench.Gateway;

/// <summary>How a completion is asked for.</summary>
/// <param name="Name">What the report calls it.</param>
/// <param name="IsStreamed">It comes in chunks.</param>
/// <param name="StaysOpen">It has no end: the upstream gives a chunk a second.</param>
internal sealed record CompletionRequest(string Name, bool IsStreamed, bool StaysOpen = false)
{
    /// <summary>The member of a request that asks the upstream for a stream without an end.</summary>
    public const string OpenMember = "x_bench_open";

    public const string Model = "bench-model";

    public static CompletionRequest Whole { get; } = new("whole", IsStreamed: false);

    public static CompletionRequest Streamed { get; } = new("streamed", IsStreamed: true);

    public static CompletionRequest Open { get; } = new("open", IsStreamed: true, StaysOpen: true);

    /// <summary>The request as it goes over the wire to a target.</summary>
    public byte[] For(Target target)
    {
        var body = new JsonObject
        {
            ["model"] = Model,
            ["messages"] = new JsonArray(
                new JsonObject { ["role"] = "system", ["content"] = "You answer people who are on their way, in a few words and without asking back." },
                new JsonObject { ["role"] = "user", ["content"] = "How far is it from here to the sea, and what do I need on the way?" }),
            ["temperature"] = 0.7,
            ["max_tokens"] = 200,
        };
        if (IsStreamed)
        {
            body["stream"] = true;
            body["stream_options"] = new JsonObject { ["include_usage"] = true };
        }

        if (StaysOpen)
            body[OpenMember] = true;
        return HttpConnection.Post(target.Path, JsonSerializer.SerializeToUtf8Bytes(body), $"Authorization: Bearer {target.Key}\r\n");
    }
}
