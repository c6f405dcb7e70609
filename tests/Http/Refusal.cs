using System.Text.Json;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Http;

/// <summary>What every refused request is answered with (RFC 9457).</summary>
internal static class Refusal
{
    private static readonly string[] Internals =
        ["   at ", "Exception", "System.", "Bus.", "MassTransit", "Npgsql", "Microsoft.", "RabbitMQ.", ".cs:", "Path:", "LineNumber", "BytePosition"];

    /// <summary>Checks an answer: the status, the field at fault if there is one, the trace code, and no view of our insides.</summary>
    public static void Check(RawAnswer answer, int status, string? field)
    {
        Assert.True(status == answer.Status, $"{answer.Status} instead of {status}: {answer.Body}");
        Assert.Equal("application/problem+json", answer.ContentType.Split(';')[0]);
        var body = JsonDocument.Parse(answer.Body).RootElement;
        Assert.Equal(status, body.GetProperty("status").GetInt32());
        Assert.False(string.IsNullOrWhiteSpace(body.GetProperty("title").GetString()));
        Assert.Matches("^(?!0{32})[0-9a-f]{32}$", body.GetProperty("trace_id").GetString()!);
        foreach (var inside in Internals)
            Assert.DoesNotContain(inside, answer.Body, StringComparison.Ordinal);

        if (field is null)
        {
            Assert.False(body.TryGetProperty("errors", out var unexpected), $"{unexpected}");
            return;
        }

        var error = Assert.Single(body.GetProperty("errors").EnumerateObject());
        Assert.Equal(field, error.Name);
        var why = Assert.Single(error.Value.EnumerateArray()).GetString();
        Assert.False(string.IsNullOrWhiteSpace(why));
        Assert.Equal(why, body.GetProperty("detail").GetString());
    }
}
