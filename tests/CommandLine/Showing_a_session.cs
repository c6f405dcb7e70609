using System.Text.Json;
using Bus.Events;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.CommandLine;

/// <summary><c>./bus log show</c>.</summary>
public sealed class Showing_a_session : IAsyncLifetime
{
    private readonly Guid session = Some.Id();
    private TestLog log = null!;
    private StreamCopy recorded = null!;

    public async ValueTask InitializeAsync()
    {
        log = await TestLog.Create();
        recorded = RecordedSession.Of(session, "Привет \u001b[31m 你好");
        await new StreamCopies(log.Database).Write(recorded);
    }

    public ValueTask DisposeAsync() => log.DisposeAsync();

    [Fact]
    public async Task Should_show_every_event_with_its_body_also_of_names_that_nobody_knows()
    {
        var (code, output, errors) = await Show();

        Assert.Equal((0, ""), (code, errors));
        foreach (var stored in recorded.Events)
            Assert.Contains($"{stored.Version}  #{stored.Version}  {PointInTime.Format(stored.Timestamp)}  {stored.Name}\n{{\n", output, StringComparison.Ordinal);
        Assert.Contains("""  "Text": "Привет \u001B[31m 你好",""", output, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', output);
    }

    [Fact]
    public async Task Should_write_a_line_of_JSON_for_each()
    {
        var (code, output, _) = await Show("--json");

        Assert.Equal(0, code);
        var lines = output.TrimEnd('\n').Split('\n').Select(line => JsonSerializer.Deserialize<JsonElement>(line)).ToList();
        Assert.Equal(
            recorded.Events.Select(stored => $"{stored.Version} {stored.Id} {session} {stored.Name} {PointInTime.Format(stored.Timestamp)}"),
            lines.Select(line => string.Join(' ', new[] { "version", "id", "stream_id", "name", "timestamp" }.Select(name => line.GetProperty(name).ToString()))));
        Assert.All(lines, line => Assert.Equal(JsonValueKind.Object, line.GetProperty("data").ValueKind));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0.9, 1)]
    [InlineData(1, 2)]
    [InlineData(4.5, 5)]
    [InlineData(3600, 15)]
    public async Task Should_show_it_as_it_stood_at_a_time(double seconds, int count)
    {
        var at = RecordedSession.Start.AddSeconds(seconds).AddMicroseconds(123456).ToOffset(TimeSpan.FromHours(2));
        var (code, output, errors) = await Show("--json", "--at", at.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffffzzz", System.Globalization.CultureInfo.InvariantCulture));

        Assert.Equal((0, "", count), (code, errors, output.Count(letter => letter == '\n')));
    }

    [Theory]
    [InlineData("1", 1)]
    [InlineData("11", 11)]
    public async Task Should_show_it_up_to_a_version(string version, int count)
    {
        var (code, output, _) = await Show("--json", "--version", version);
        Assert.Equal((0, count), (code, output.Count(letter => letter == '\n')));
    }

    [Theory]
    [InlineData("--at must be a time with its offset from UTC", "--at", "yesterday")]
    [InlineData("not '2025-10-02T10:00:00'", "--at", "2025-10-02T10:00:00")]
    [InlineData("--at is in the future", "--at", "2999-01-01T00:00:00Z")]
    [InlineData("The session began at 2025-10-02T10:00:00.123456Z", "--at", "2025-10-02T10:00:00Z")]
    [InlineData("Give --at or --version, not both", "--at", "2025-10-02T10:00:00Z", "--version", "1")]
    [InlineData("The session has 15 events; there is no version 16", "--version", "16")]
    [InlineData("--version must be 1 or more", "--version", "0")]
    [InlineData("Cannot parse argument 'x'", "--version", "x")]
    public async Task Should_say_in_one_line_what_is_wrong(string why, params string[] options)
    {
        var (code, output, errors) = await Show(options);

        Assert.Equal((1, ""), (code, output));
        Assert.Contains(why, Assert.Single(errors.TrimEnd('\n').Split('\n')), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nonsense", "'nonsense' is no id of a session")]
    [InlineData("6b7d1a52-4f0e-5d6c-9a51-0c9d4c6a2f01", "There is no session 6b7d1a52-4f0e-5d6c-9a51-0c9d4c6a2f01")]
    public async Task Should_say_that_there_is_no_such_session(string id, string why)
    {
        var (code, output, errors) = await HostTool.Run(log.ConnectionString, "log", "show", id);

        Assert.Equal((1, ""), (code, output));
        Assert.Contains(why, Assert.Single(errors.TrimEnd('\n').Split('\n')), StringComparison.Ordinal);
    }

    private Task<(int ExitCode, string Output, string Errors)> Show(params string[] options) =>
        HostTool.Run(log.ConnectionString, ["log", "show", session.ToString(), .. options]);
}
