using System.Diagnostics;
using System.Text.Json;
using Bus.Tests.Architecture;
using Bus.Tests.Support;

namespace Bus.Tests.Gateway;

/// <summary>OpenAI's client for JavaScript, as a process of its own (<c>tests/clients/openai</c>).</summary>
internal static class NpmClient
{
    /// <summary>Asks one thing after the other.</summary>
    /// <param name="host">Who is asked.</param>
    /// <param name="key">With which key.</param>
    /// <param name="asks">What: a function of the script, and what it is given.</param>
    public static async Task<IReadOnlyList<JsonElement>> Ask(this HostProcess host, string key, params IEnumerable<(string Api, object Body)> asks)
    {
        var start = new ProcessStartInfo("node") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(Path.Combine(Solution.Root, "tests/clients/openai/ask.mjs"));
        start.ArgumentList.Add(new Uri(host.Http.BaseAddress!, "/v1").AbsoluteUri);
        start.ArgumentList.Add(key);
        start.ArgumentList.Add(JsonSerializer.Serialize(asks.Select(ask => new { api = ask.Api, body = ask.Body })));
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync().WaitAsync(Patience.Limit);
        return process.ExitCode == 0
            ? [.. (await output).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonElement.Parse(line))]
            : throw new InvalidOperationException($"The client ended with {process.ExitCode}:\n{await errors}");
    }

    /// <summary>Asks one thing.</summary>
    public static async Task<JsonElement> Ask(this HostProcess host, string key, string api, object body) => (await host.Ask(key, (api, body)))[0];
}
