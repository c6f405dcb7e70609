using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Bus.Contracts;
using Bus.Events;
using Bus.Memory.Exchange;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Exchange;

/// <summary>Each is a good file with one thing changed; what is wrong is said with its place, and nothing is written.</summary>
public sealed class A_file_that_is_no_session(EmptyLog empty) : IClassFixture<EmptyLog>
{
    private static readonly EventTypes Types = new(EventNames.All);

    [Theory]
    [InlineData("format", "\"other\"", "format must be 'bus-session'")]
    [InlineData("format", "7", "format must be a string")]
    [InlineData("format", null, "format is missing")]
    [InlineData("version", "2", "version is 2; this program reads version 1")]
    [InlineData("version", "\"1\"", "version must be a whole number")]
    [InlineData("version", "1.5", "version must be a whole number")]
    [InlineData("stream", "[]", "stream must be an object")]
    [InlineData("stream", null, "stream is missing")]
    [InlineData("stream.id", "\"x\"", "stream.id must be a UUID")]
    [InlineData("stream.type", "\"order\"", "stream.type must be 'session'")]
    [InlineData("stream.created_at", "\"2025-10-02\"", "stream.created_at must be a time")]
    [InlineData("stream.updated_at", null, "stream.updated_at is missing")]
    [InlineData("events", "{}", "events must be a list")]
    [InlineData("events", "[]", "events must not be empty")]
    [InlineData("events", "[1]", "events[0] must be an object")]
    [InlineData("events.0.version", "0", "events[0].version must be 1, not 0")]
    [InlineData("events.3.version", "5", "events[3].version must be 4, not 5")]
    [InlineData("events.3.version", "3", "events[3].version must be 4, not 3")]
    [InlineData("events.3.version", "99999999999999999999", "events[3].version must be a whole number")]
    [InlineData("events.3.id", "\"x\"", "events[3].id must be a UUID")]
    [InlineData("events.3.id", "FIRST", "events[3].id is the id of an earlier event")]
    [InlineData("events.3.name", "\"\"", "events[3].name must have 1 to 500 characters")]
    [InlineData("events.3.name", "null", "events[3].name must be a string")]
    [InlineData("events.3.name", "\"a\\u0000b\"", "events[3].name has a character U+0000")]
    [InlineData("events.3.name", "\"\\ud800\"", "events[3].name is no Unicode text")]
    [InlineData("events.3.dotnet_type", "7", "events[3].dotnet_type must be a string")]
    [InlineData("events.3.timestamp", "\"now\"", "events[3].timestamp must be a time")]
    [InlineData("events.3.timestamp", "1759399200", "events[3].timestamp must be a string")]
    [InlineData("events.3.data", "\"text\"", "events[3].data must be an object")]
    [InlineData("events.3.data", "[]", "events[3].data must be an object")]
    [InlineData("events.3.data", "null", "events[3].data must be an object")]
    [InlineData("events.3.data", null, "events[3].data is missing")]
    [InlineData("events.3.data", "{\"ConversationId\": 7}", "events[3].data is no whole body of a")]
    [InlineData("events.2.data.Text", "null", "events[2].data is no whole body of a message_received")]
    [InlineData("events.2.data.Text", null, "events[2].data is no whole body of a message_received")]
    [InlineData("events.10.data.text", "\"a\\u0000b\"", "events[10].data.text has a character U+0000")]
    [InlineData("events.10.data.text", "[{\"a\": \"\\udc00\"}]", "events[10].data.text[0].a is no Unicode text")]
    [InlineData("events.10.data.text", "{\"\\u0000\": 1}", "events[10].data.text has a name with a character U+0000")]
    [InlineData("events.10.data.text", "1e999999", "events have a value that the log cannot keep (22")]
    [InlineData("events.0.name", "\"music_played\"", "events[0].data belongs to no session_started")]
    [InlineData("events.0.name", "\"session_closed\"", "events[0].data is no whole body of a session_closed")]
    [InlineData("events.10", "STARTED", "events[10].data must be that of the session_started")]
    [InlineData("events.0.data.SessionId", "\"6b7d1a52-4f0e-5d6c-9a51-0c9d4c6a2f01\"", "events[0].data.SessionId names another session")]
    [InlineData("events.10.name", "\"session_erased\"", "events[10].data is no whole body of a session_erased")]
    [InlineData("events.10", "ERASED", "events[10].data says that the session was erased")]
    public async Task Should_be_refused_with_the_place(string path, string? value, string why)
    {
        var file = JsonNode.Parse(Good())!;
        var steps = path.Split('.');
        var parent = steps[..^1].Aggregate(file, (node, step) => int.TryParse(step, out var index) ? node[index]! : node[step]!);
        var json = value switch
        {
            "FIRST" => file["events"]![0]!["id"]!.ToJsonString(),
            "ERASED" => Erased(file),
            "STARTED" => Last(file, "session_started", file["events"]![0]!["data"]!.DeepClone()),
            _ => value,
        };
        var text = Change(file, parent, steps[^1], json);

        await Refused(Encoding.UTF8.GetBytes(text), why);
    }

    [Theory]
    [InlineData("", "line 1, byte 1: this is no JSON")]
    [InlineData("null", "the file must be an object")]
    [InlineData("{\"format\": \"bus-session\"", "line 1, byte")]
    [InlineData("{\"format\": \"bus-session\", \"format\": \"bus-session\"}", "names a member twice")]
    [InlineData("{} {}", "line 1, byte 4: this is no JSON")]
    public Task Should_be_refused_when_it_is_not_even_JSON(string file, string why) => Refused(Encoding.UTF8.GetBytes(file), why);

    [Fact]
    public Task Should_be_refused_when_it_is_not_UTF_8() => Refused(
        Encoding.UTF8.GetBytes(Good()).Select(one => one == (byte)'q' ? (byte)0xff : one).ToArray(), "events[2].data.Text is no Unicode text");

    [Fact]
    public Task Should_be_refused_when_it_is_too_deep() => Refused(
        Encoding.UTF8.GetBytes($"{new string('[', Limits.DeepestFile + 1)}{new string(']', Limits.DeepestFile + 1)}"), "more than 128 levels deep");

    [Fact]
    public Task Should_not_be_refused_for_its_depth_when_it_is_as_deep_as_may_be() => Refused(
        Encoding.UTF8.GetBytes($"{new string('[', Limits.DeepestFile)}{new string(']', Limits.DeepestFile)}"), "the file must be an object");

    [Fact]
    public Task Should_be_refused_when_it_is_too_long() => Refused(
        Encoding.UTF8.GetBytes(Good().Replace("\"events\": [", $"\"events\": [{string.Concat(Enumerable.Repeat("1,", 100_000))}", StringComparison.Ordinal)),
        "events has 100015 entries; the most are 100000");

    [Fact]
    public async Task Should_be_refused_when_the_name_of_an_event_is_too_long()
    {
        var read = new SessionFileReader(Types).Read(Named(new string('x', Limits.LongestEventName)));
        Assert.Equal(Limits.LongestEventName, read.Events[3].Name.Length);
        await Refused(Named(new string('x', Limits.LongestEventName + 1)), "events[3].name must have 1 to 500 characters");

        static byte[] Named(string name)
        {
            var file = JsonNode.Parse(Good())!;
            file["events"]![3]!["name"] = name;
            return Encoding.UTF8.GetBytes(file.ToJsonString());
        }
    }

    /// <summary>Whatever is cut off or turned over, it is never anything but refused.</summary>
    [Fact]
    public async Task Should_be_refused_wherever_it_is_broken()
    {
        var good = Encoding.UTF8.GetBytes(Good());
#pragma warning disable CA5394 // This random is not for secrets.
        var random = new Random(7);
        for (var round = 0; round < 300; round++)
        {
            var file = round % 2 == 0 ? good[..random.Next(good.Length - 3)] : [.. good];
            if (round % 2 == 1)
                file[random.Next(file.Length)] = (byte)"{}[]\",:0"[random.Next(8)];
            try
            {
                new SessionFileReader(Types).Read(file);
                Assert.True(round % 2 == 1, "A file that was cut off was read.");
            }
            catch (SessionFileException)
            {
                // As it should be.
            }
        }
#pragma warning restore CA5394
        await NothingIsWritten();
    }

    private async Task Refused(byte[] file, string why)
    {
        var import = new ImportSession(empty.Log.Events, new StreamCopies(empty.Log.Database), Types);
        var refused = await Assert.ThrowsAsync<SessionFileException>(() => import.Run(file, default));
        Assert.StartsWith(why.StartsWith("names", StringComparison.Ordinal) || why.StartsWith("more", StringComparison.Ordinal) || why.StartsWith("this", StringComparison.Ordinal) ? "line" : why, refused.Message, StringComparison.Ordinal);
        Assert.Contains(why, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("quincunx", refused.Message, StringComparison.Ordinal);
        await NothingIsWritten();
    }

    private async Task NothingIsWritten() =>
        Assert.Equal(0, await empty.Log.One<long>("select (select count(*) from mt_streams) + (select count(*) from mt_events)"));

    private static string Good() => Encoding.UTF8.GetString(SessionFileWriter.Write(RecordedSession.Of(Guid.Parse("550e8400-e29b-41d4-a716-446655440000"))).Span);

    /// <summary>The new value is put into the text, as no node could hold some of them.</summary>
    private static string Change(JsonNode file, JsonNode parent, string step, string? json)
    {
        const string place = "\"here it goes\"";
        if (json is null)
            parent.AsObject().Remove(step);
        else if (parent is JsonArray list)
            list[int.Parse(step, System.Globalization.CultureInfo.InvariantCulture)] = "here it goes";
        else
            parent[step] = "here it goes";
        return file.ToJsonString().Replace(place, json, StringComparison.Ordinal);
    }

    private static string Erased(JsonNode file) => Last(file, "session_erased", JsonSerializer.SerializeToNode(
        new SessionErased(Guid.Empty, Guid.Parse("550e8400-e29b-41d4-a716-446655440000"), DateTimeOffset.UnixEpoch))!);

    private static string Last(JsonNode file, string name, JsonNode data)
    {
        var last = file["events"]![10]!.DeepClone();
        last["name"] = name;
        last["data"] = data;
        return last.ToJsonString();
    }
}

/// <summary>A log that stays empty.</summary>
public sealed class EmptyLog : IAsyncLifetime
{
    internal TestLog Log { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Log = await TestLog.Create();

    public ValueTask DisposeAsync() => Log.DisposeAsync();
}
