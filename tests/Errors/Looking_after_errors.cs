using System.Text;
using System.Text.Json;
using Bus.Contracts;
using Bus.Events;
using Bus.Messaging.Errors;
using Bus.Tests.Support;
using RabbitMQ.Client;
using Xunit;

namespace Bus.Tests.Errors;

/// <summary>As an operator does it, on the command line and over HTTP: the messages are strangers' bytes.</summary>
public sealed class Looking_after_errors : IAsyncLifetime
{
    private const string Errors = "conversation_error";

    private TestSystem system = null!;
    private HostProcess host = null!;

    public async ValueTask InitializeAsync()
    {
        (system, host) = await TestSystem.Start();
        await system.DeclareQuorum(Errors);
    }

    public ValueTask DisposeAsync() => system.DisposeAsync();

    [Fact]
    public async Task Should_say_that_nothing_is_there()
    {
        Assert.Equal((0, "Nothing is parked.\n", ""), await Run("list"));
        var answer = await (await host.Admin()).Raw(HttpMethod.Get, "/api/errors");
        Assert.Equal((200, """{"errors":[],"is_complete":true}"""), (answer.Status, answer.Body));
    }

    [Fact]
    public async Task Should_list_show_and_discard_what_has_no_id_and_makes_no_sense()
    {
        await system.Put(Errors, [0xff, 0x1b, (byte)'[', (byte)'2', (byte)'J'], new BasicProperties
        {
            Headers = new Dictionary<string, object?> { ["MT-Fault-Message"] = "two\nlines\u001b[2J", ["odd"] = new List<object?> { 1, null, new byte[] { 0xff } } },
        });

        var (code, output, errors) = await Run("list");
        Assert.Equal((0, ""), (code, errors));
        var id = output.Split(' ')[0];
        Assert.Equal($"{id}  conversation_error  ?  ?  ? tries  two lines\uFFFD[2J\n", output);
        Assert.Matches("^sha256-[0-9a-f]{32}$", id);

        (code, output, _) = await Run("show", id, "--body");
        Assert.Equal(0, code);
        Assert.Contains("  goes back to conversation; 5 bytes of no type\n", output, StringComparison.Ordinal);
        Assert.Contains("  odd: 1; ; \uFFFD\n", output, StringComparison.Ordinal);
        Assert.EndsWith("\uFFFD\uFFFD[2J\n", output, StringComparison.Ordinal);

        Assert.Equal((0, "1 removed\n", ""), await Run("discard", id));
        Assert.Equal((1, "", $"There is no message {id} in the error queues.\n"), await Run("discard", id));
    }

    [Fact]
    public async Task Should_be_recorded_though_whoever_removes_a_message_hangs_up()
    {
        await system.Put(Errors, "{}"u8.ToArray(), new BasicProperties { MessageId = "one" });
        var admin = await host.Admin();
        await using var connection = await system.Database.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await connection.Run("select pg_advisory_xact_lock(hashtextextended('bus audit', 0))", TestContext.Current.CancellationToken);
        using var hangUp = new CancellationTokenSource();
        var removing = admin.DeleteAsync("/api/errors/one", hangUp.Token);
        await Eventually.Get(
            () => system.Scalar<long>("select count(*) from pg_locks where locktype = 'advisory' and not granted and database = (select oid from pg_database where datname = current_database())"),
            waiting => waiting == 1);

        await hangUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => removing);
        for (var i = 0; i < 50; i++) // long enough for the process to notice
            Assert.Equal(200, (await Ask(HttpMethod.Get, "/health")).Status);
        await transaction.CommitAsync(TestContext.Current.CancellationToken);

        await Eventually.Get(
            async () => (await admin.Call("GET", "/api/audit?action=error.discarded")).Json.GetProperty("entries").GetArrayLength(), entries => entries == 1);
    }

    [Fact]
    public async Task Should_do_over_HTTP_what_the_command_line_does()
    {
        await system.Put(Errors, "{}"u8.ToArray(), new BasicProperties { MessageId = "one" });
        await system.Put(Errors, "{}"u8.ToArray(), new BasicProperties { MessageId = "two" });

        Assert.Equal(["one", "two"], (await (await host.Admin()).Errors()).Errors.Select(error => error.Id));
        Assert.Equal("{}", Assert.Single(await (await host.Admin()).Error("two", withBody: true)).Body);
        Assert.Equal((200, """{"discarded":1}"""), await Ask(HttpMethod.Delete, "/api/errors/two"));
        Assert.Equal(404, (await Ask(HttpMethod.Delete, "/api/errors/two")).Status);
        Assert.Equal(404, (await Ask(HttpMethod.Get, "/api/errors/two")).Status);
        Assert.Equal(404, (await Ask(HttpMethod.Post, "/api/errors/two/redrive")).Status);
        Assert.Equal(404, (await Ask(HttpMethod.Get, "/api/errors?queue=conversation")).Status);
        Assert.Equal(404, (await Ask(HttpMethod.Post, "/api/errors/redrive?queue=conversation")).Status);
        Assert.Equal(400, (await Ask(HttpMethod.Post, "/api/errors/redrive")).Status);
        Assert.Equal((200, """{"redriven":1}"""), await Ask(HttpMethod.Post, $"/api/errors/redrive?queue={Errors}"));
        Assert.Equal(
            [("errors.redriven", $"queue:{Errors}", "1"), ("error.discarded", "error:two", null), ("content.viewed", "error:two", null)],
            (await (await host.Admin()).Call("GET", "/api/audit")).Json.GetProperty("entries").EnumerateArray()
                .Where(entry => entry.GetProperty("action").GetString() != "login.begun")
                .Select(entry => (entry.GetProperty("action").GetString()!, entry.GetProperty("subject").GetString()!, entry.TryGetProperty("after", out var after) ? after.GetString() : null)));

        // It is as senseless as before and comes back, with the reason.
        Assert.Contains("no message", Assert.Single(await (await host.Admin()).Parked()).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Should_not_send_back_what_does_not_say_where_it_came_from()
    {
        await system.Put(QueueNames.DeadLetter, "{}"u8.ToArray(), new BasicProperties { MessageId = "stray" });

        Assert.Equal(
            (1, "", "Message stray does not say which queue it came from. It can be discarded.\n"), await Run("redrive", "stray"));
        Assert.Equal(409, (await Ask(HttpMethod.Post, "/api/errors/stray/redrive")).Status);
        Assert.Equal(["stray"], (await (await host.Admin()).Errors()).Errors.Select(error => error.Id));
    }

    [Fact]
    public async Task Should_not_lose_what_came_from_a_queue_that_is_gone()
    {
        await system.Scalar<object>("insert into bus_queues values ('forgotten')");
        await system.DeclareQuorum("forgotten_error");
        await system.Put("forgotten_error", "{}"u8.ToArray(), new BasicProperties { MessageId = "late" });

        Assert.Equal((1, "", "Message late came from the queue forgotten, which is not there any more.\n"), await Run("redrive", "--all"));
        Assert.Equal(["late"], (await (await host.Admin()).Errors()).Errors.Select(error => error.Id));
    }

    [Fact]
    public async Task Should_list_a_thousand_and_say_that_there_are_more()
    {
        await system.PutMany(Errors, Limits.MostListedErrors + 1);

        var (code, output, _) = await Run("list");

        var lines = output.TrimEnd('\n').Split('\n');
        Assert.Equal((0, Limits.MostListedErrors + 1), (code, lines.Length));
        Assert.Equal("There are more than these 1000; --queue lists those of one queue.", lines[^1]);
        Assert.False((await (await host.Admin()).Errors()).IsComplete);

        // The very last is found all the same.
        Assert.Equal((0, "1 removed\n", ""), await Run("discard", $"number-{Limits.MostListedErrors + 1}"));
        var all = await (await host.Admin()).Errors();
        Assert.Equal((Limits.MostListedErrors, true), (all.Errors.Count, all.IsComplete));
    }

    [Fact]
    public async Task Should_show_the_same_to_all_who_look_at_once()
    {
        await system.PutMany(Errors, 20);
        var looks = await Task.WhenAll(Enumerable.Range(0, 10).Select(async _ => await (await host.Admin()).Errors()));
        Assert.All(looks, look => Assert.Equal(Enumerable.Range(1, 20).Select(number => $"number-{number}").Order(StringComparer.Ordinal), look.Errors.Select(error => error.Id)));
    }

    [Fact]
    public async Task Should_print_the_same_JSON_as_HTTP()
    {
        await system.Put(Errors, Encoding.UTF8.GetBytes("\"<é>\""), new BasicProperties { MessageId = "one" });
        using var printed = JsonDocument.Parse((await Run("show", "one", "--body", "--json")).Output);
        using var answered = JsonDocument.Parse((await Ask(HttpMethod.Get, "/api/errors/one?body=true")).Body);
        Assert.True(JsonElement.DeepEquals(answered.RootElement, printed.RootElement));
    }

    private Task<(int ExitCode, string Output, string Errors)> Run(params string[] arguments) =>
        HostProcess.Command(system.Environment, ["errors", .. arguments]);

    private async Task<(int Status, string Body)> Ask(HttpMethod method, string path)
    {
        var answer = await (await host.Admin()).Raw(method, path);
        return (answer.Status, answer.Body);
    }
}
