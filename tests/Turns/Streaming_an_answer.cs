using System.Diagnostics;
using System.Text.Json;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Turns;

public sealed class Streaming_an_answer(GatedSystem shared)
{
    [Fact]
    public async Task Should_show_each_piece_before_the_model_says_the_next()
    {
        var (_, host, provider) = await shared.Get();
        var session = await host.Http.CreateSession();
        await using var stream = await OpenAnswer.To(host.Http, session, "piece by piece");
        var call = await provider.Call("piece by piece");
        foreach (var piece in new[] { "one ", "two ", "drei — 三 🎈 " })
        {
            await call.Say(piece);
            Assert.Equal(piece, await stream.Piece());
        }

        await call.Answer("end");
        Assert.Equal("end", await stream.Rest());
    }

    [Fact]
    public async Task Should_show_each_piece_to_curl()
    {
        var (_, host, provider) = await shared.Get();
        var session = await host.Http.CreateSession();
        var body = JsonSerializer.Serialize(new { user_id = "curl", session_id = session, message = "curl, piece by piece", stream = true });
        using var curl = Process.Start(new ProcessStartInfo(
            "curl", ["-sSN", "-H", "Content-Type: application/json", "-d", body, new Uri(host.Http.BaseAddress!, "/chat").ToString()])
        {
            RedirectStandardOutput = true,
        })!;
        var call = await provider.Call("curl, piece by piece");
        foreach (var piece in new[] { "one ", "two " })
        {
            await call.Say(piece);
            Assert.Equal($$"""data: {"chunk": "{{piece}}"}""", await Line(curl));
        }

        await call.End();
        Assert.Equal("""data: {"done": true}""", await Line(curl));
        await curl.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, curl.ExitCode);
    }

    [Fact]
    public async Task Should_be_kept_alive_while_the_model_says_nothing()
    {
        var (_, host, provider) = await shared.Get();
        var session = await host.Http.CreateSession();
        await using var stream = await OpenAnswer.To(host.Http, session, "think about it");
        var call = await provider.Call("think about it");

        Assert.Equal(": keep-alive", await stream.Line());

        await call.Answer("thought");
        Assert.Equal("thought", await stream.Rest());
    }

    private static async Task<string?> Line(Process process)
    {
        string? line;
        do
            line = await process.StandardOutput.ReadLineAsync().WaitAsync(Patience.Limit);
        while (line is "");
        return line;
    }
}
