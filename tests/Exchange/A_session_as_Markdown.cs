using Bus.Contracts;
using Bus.Events;
using Bus.Memory.Exchange;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Exchange;

public sealed class A_session_as_Markdown
{
    private static readonly DateTimeOffset Start = RecordedSession.Start;

    private readonly Guid session = Guid.Parse("550e8400-e29b-41d4-a716-446655440000");

    [Fact]
    public void Should_be_readable_whatever_was_said()
    {
        var text = Write(
            Said("# *Help*!\n\n```c\nint x;\nand the fence stays open"),
            Answered("## Not a heading of ours\r\n> quoted\n<b>"),
            new TurnFailed(Guid.Empty, session, Guid.Empty, "reason", "Sorry.", Start.AddMinutes(3)),
            new SessionClosed(Guid.Empty, session, Start.AddMinutes(4)));

        Assert.Equal(
            """
            # \# \*Help\*\!

            Session `550e8400-e29b-41d4-a716-446655440000`, begun 2025-10-02 10:00:00 UTC, 3 messages.

            ## User, 2025-10-02 10:01:00 UTC

            > # *Help*!
            >
            > ```c
            > int x;
            > and the fence stays open

            ## Assistant, 2025-10-02 10:02:00 UTC

            > ## Not a heading of ours
            > > quoted
            > <b>

            ## Assistant, 2025-10-02 10:03:00 UTC

            > Sorry.

            Closed 2025-10-02 10:04:00 UTC.

            """,
            text);
    }

    [Fact]
    public void Should_have_a_title_also_when_nothing_was_said() => Assert.Equal(
        "# Session\n\nSession `550e8400-e29b-41d4-a716-446655440000`, begun 2025-10-02 10:00:00 UTC, 0 messages.\n", Write());

    [Fact]
    public void Should_have_a_title_of_one_short_line()
    {
        var title = Write(Said($"\n \t\n{string.Concat(Enumerable.Repeat("😀", 70))}\nmore")).Split('\n')[0];
        Assert.Equal($"# {string.Concat(Enumerable.Repeat("😀", 60))}", title);
    }

    private string Write(params object[] events) => SessionMarkdown.Write(session,
        [.. events.Prepend(new SessionStarted(Guid.Empty, session, new Origin(Platforms.Api, "session", "1"), Start))
            .Select((data, i) => new StoredEvent(i + 1, Some.Id(), session, i + 1, "", data, Start.AddMinutes(i)))]);

    private static MessageReceived Said(string text) =>
        new(Guid.Empty, Guid.Empty, new Origin(Platforms.Api, "session", "1"), "tester", text, null, null, Start.AddMinutes(1));

    private ReplyGenerated Answered(string text) => new(
        Guid.Empty, session, Guid.Empty, Guid.Empty, text, "demo", "demo", FinishReasons.Stop, new Usage(1, 1, 0, 0, false), Start, Start.AddMinutes(2));
}
