using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Turns;

/// <summary>Whatever hangs, the process ends by itself before its supervisor would kill it.</summary>
public sealed class A_stop_that_something_holds_up
{
    private static readonly TimeSpan Supervisor = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Should_end_in_time_when_the_servers_swallow_everything()
    {
        await using var provider = await GatedProvider.Start();
        await using var system = await TestSystem.Create(provider.Settings);
        await using var broker = Relays.To(system.Rabbit);
        var (database, postgres) = Relays.ToPostgres(system);
        await using var _ = database;
        var host = await system.AddProcess(settings: new Dictionary<string, string?> { ["BUS_RABBITMQ"] = system.Rabbit.By(broker).ToString(), ["BUS_POSTGRES"] = postgres });
        var session = await host.Http.CreateSession();
        var answer = host.Http.Chat(session, "swallowed");
        var call = await provider.Call("swallowed");

        broker.Swallow();
        database.Swallow();
        await call.Answer("Nobody hears it.");

        await EndsInTime(host);
        Assert.Equal(503, (int)(await answer).StatusCode);
    }

    [Fact]
    public async Task Should_end_in_time_when_a_caller_reads_nothing_of_a_model_that_never_ends()
    {
        await using var provider = await GatedProvider.Start();
        await using var system = await TestSystem.Create(provider.Settings);
        var host = await system.AddProcess();
        var session = await host.Http.CreateSession();
        using var caller = new TcpClient { ReceiveBufferSize = 4096 };
        await caller.ConnectAsync("127.0.0.1", host.Http.BaseAddress!.Port, TestContext.Current.CancellationToken);
        await caller.GetStream().WriteAsync(Request(session, "never read"), TestContext.Current.CancellationToken);
        var call = await provider.Call("never read");
        for (var piece = 0; piece < 50; piece++)
            await call.Say(new string('x', 10_000));

        await EndsInTime(host);
        await call.Gone;
    }

    private static byte[] Request(Guid session, string message)
    {
        var body = JsonSerializer.Serialize(new { user_id = "tester", session_id = session, message, stream = true });
        return Encoding.UTF8.GetBytes($"POST /chat HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}");
    }

    private static async Task EndsInTime(HostProcess host)
    {
        var asked = TimeProvider.System.GetTimestamp();
        var exitCode = await host.Terminate();
        var took = TimeProvider.System.GetElapsedTime(asked);
        Assert.True(exitCode == 0 && took < Supervisor, $"It ended with {exitCode} after {took}:\n{host.Output}");
    }
}
