using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Http;

/// <summary><c>GET /conversations</c>: contract, C-12.</summary>
public sealed class Listing_sessions(SharedSystem shared)
{
    private const string Format = "yyyy-MM-dd'T'HH:mm:ss";

    [Fact]
    public async Task Should_give_the_documented_members_in_their_order()
    {
        var session = await shared.Http.CreateSession();
        using var _ = await shared.Http.Chat(session, "对话标题");

        var answer = await shared.Http.Raw(HttpMethod.Get, "/conversations");
        var item = await Item(session);

        Assert.StartsWith("application/json", answer.ContentType, StringComparison.Ordinal);
        Assert.StartsWith("""{"conversations":[{"session_id":""", answer.Body, StringComparison.Ordinal);
        Assert.Equal(
            ["session_id", "title", "created_at", "updated_at", "message_count"], item.EnumerateObject().Select(member => member.Name));
        Assert.Equal("对话标题", item.GetProperty("title").GetString());
        Assert.Equal(JsonValueKind.Number, item.GetProperty("message_count").ValueKind);
    }

    [Fact]
    public async Task Should_give_times_in_UTC_to_the_second()
    {
        var before = TimeProvider.System.GetUtcNow().UtcDateTime;
        var session = await shared.Http.CreateSession();
        using var _ = await shared.Http.Chat(session, "hello");
        var after = TimeProvider.System.GetUtcNow().UtcDateTime;

        var item = await Item(session);

        var created = Time(item, "created_at");
        var updated = Time(item, "updated_at");
        Assert.InRange(created, before.AddSeconds(-1), after);
        Assert.InRange(updated, created, after.AddSeconds(5)); // the delivery is kept just after the answer
    }

    [Fact]
    public async Task Should_count_what_people_and_bot_said()
    {
        var session = await shared.Http.CreateSession();
        Assert.Equal(("", 0), TitleAndCount(await Item(session)));

        using (await shared.Http.Chat(session, "the first"))
            Assert.Equal(("the first", 2), TitleAndCount(await Item(session)));
        using (await shared.Http.Chat(session, "the second"))
            Assert.Equal(("the first", 4), TitleAndCount(await Item(session)));
    }

    [Fact]
    public async Task Should_take_the_beginning_of_a_long_message_as_title()
    {
        var session = await shared.Http.CreateSession();
        var message = string.Concat(Enumerable.Repeat("😀", 70));
        using var _ = await shared.Http.Chat(session, message);

        Assert.Equal(string.Concat(Enumerable.Repeat("😀", 60)), (await Item(session)).GetProperty("title").GetString());
    }

    [Fact]
    public async Task Should_begin_with_the_session_in_which_something_happened_last()
    {
        var (earlier, later) = (await shared.Http.CreateSession(), await shared.Http.CreateSession());
        Assert.Equal([later, earlier], await OrderOf(earlier, later));

        using (await shared.Http.Chat(earlier, "hello again"))
            Assert.Equal([earlier, later], await OrderOf(earlier, later));
    }

    private static (string? Title, int Count) TitleAndCount(JsonElement item) =>
        (item.GetProperty("title").GetString(), item.GetProperty("message_count").GetInt32());

    private static DateTime Time(JsonElement item, string name) => DateTime.ParseExact(
        item.GetProperty(name).GetString()!, Format, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);

    private async Task<JsonElement> Item(Guid session) =>
        Assert.Single(await Items(), item => item.GetProperty("session_id").GetGuid() == session);

    private async Task<IEnumerable<Guid>> OrderOf(params Guid[] sessions) =>
        (await Items()).Select(item => item.GetProperty("session_id").GetGuid()).Where(sessions.Contains);

    private async Task<IEnumerable<JsonElement>> Items() =>
        (await shared.Http.GetFromJsonAsync<JsonElement>("/conversations")).GetProperty("conversations").EnumerateArray();
}
