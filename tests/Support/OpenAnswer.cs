using System.Text.Json;

namespace Bus.Tests.Support;

/// <summary>The stream of <c>POST /chat</c>, read piece by piece while it is open.</summary>
internal sealed class OpenAnswer : IAsyncDisposable
{
    private readonly HttpResponseMessage response;
    private readonly StreamReader lines;

    private OpenAnswer(HttpResponseMessage response, Stream body)
    {
        this.response = response;
        lines = new StreamReader(body);
    }

    /// <summary>Says something; returns when it is accepted.</summary>
    public static async Task<OpenAnswer> To(HttpClient http, Guid sessionId, string message)
    {
        var response = await http.ChatStream(sessionId, message);
        response.EnsureSuccessStatusCode();
        return new OpenAnswer(response, await response.Content.ReadAsStreamAsync());
    }

    /// <summary>The next line that is not empty, comments included; null at the end.</summary>
    public async Task<string?> Line()
    {
        string? line;
        do
            line = await lines.ReadLineAsync().WaitAsync(Patience.Limit);
        while (line is "");
        return line;
    }

    /// <summary>The next event.</summary>
    public async Task<JsonElement> Next()
    {
        while (await Line() is { } line)
        {
            if (line.StartsWith("data: ", StringComparison.Ordinal))
                return JsonSerializer.Deserialize<JsonElement>(line["data: ".Length..]);
        }

        throw new InvalidOperationException("The stream ended without done.");
    }

    /// <summary>The next piece.</summary>
    public async Task<string> Piece() => (await Next()).GetProperty("chunk").GetString()!;

    /// <summary>What comes from here on, until the stream says that it is done.</summary>
    public async Task<string> Rest()
    {
        var text = "";
        while (true)
        {
            var data = await Next();
            if (data.TryGetProperty("done", out _))
                return text;
            if (data.TryGetProperty("chunk", out var chunk))
                text += chunk.GetString();
        }
    }

    /// <summary>Hangs up.</summary>
    public ValueTask DisposeAsync()
    {
        lines.Dispose();
        response.Dispose();
        return ValueTask.CompletedTask;
    }
}
