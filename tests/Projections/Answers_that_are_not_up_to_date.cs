using System.Net.Http.Json;
using System.Text.Json;
using Bus.Tests.Support;
using Npgsql;
using Xunit;

namespace Bus.Tests.Projections;

public sealed class Answers_that_are_not_up_to_date : IAsyncLifetime
{
    private const string Header = "Bus-Events-Behind";

    private TestSystem system = null!;
    private HttpClient http = null!;

    public async ValueTask InitializeAsync()
    {
        (system, var host) = await TestSystem.Start();
        http = host.Http;
    }

    public ValueTask DisposeAsync() => system.DisposeAsync();

    [Fact]
    public async Task Should_say_so_and_come_all_the_same()
    {
        var session = await system.Log.Session();
        await http.History(session);
        await using var connection = await system.Database.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using var draw = new NpgsqlCommand("select nextval('mt_events_sequence')", connection, transaction);
        var drawn = (long)(await draw.ExecuteScalarAsync())!;
        var hidden = await system.Log.Session();

        using var list = await http.GetAsync("/conversations");
        using var history = await http.GetAsync($"/conversations/{session}/history");
        using var unseen = await http.GetAsync($"/conversations/{hidden}/history");
        using var usage = await http.GetAsync("/api/v1/llm/usage");
        using var calls = await http.GetAsync("/api/v1/llm/calls");

        Assert.All([list, history, unseen, usage, calls], answer => Assert.Equal(["7"], answer.Headers.GetValues(Header)));
        Assert.Equal(7, drawn);
        Assert.Equal([session], await Sessions(list));
        Assert.Equal([200, 200, 404], new[] { list, history, unseen }.Select(answer => (int)answer.StatusCode));

        await transaction.RollbackAsync();
        using var again = await Eventually.Get(() => http.GetAsync("/conversations"), answer => !answer.Headers.Contains(Header));
        Assert.Equal([hidden, session], await Sessions(again));
    }

    /// <summary>A machine that stands still may keep the projections from it now and then, and then the answer says so.</summary>
    [Fact]
    public async Task Should_be_none_when_the_projections_keep_up()
    {
        var upToDate = 0;
        for (var number = 0; number < 20; number++)
        {
            var session = await system.Log.Session();
            using var answer = await http.GetAsync($"/conversations/{session}/history");
            if (answer.Headers.Contains(Header))
                continue;
            upToDate++;
            Assert.Equal(200, (int)answer.StatusCode);
            var messages = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("messages");
            Assert.Equal(["question 1", "answer 1"], messages.EnumerateArray().Select(m => m.GetProperty("content").GetString()));
        }

        Assert.InRange(upToDate, 1, 20);
    }

    private static async Task<IEnumerable<Guid>> Sessions(HttpResponseMessage answer) =>
        [.. (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("conversations").EnumerateArray().Select(c => c.GetProperty("session_id").GetGuid())];
}
