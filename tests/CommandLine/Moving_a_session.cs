using Bus.Contracts;
using Bus.Events;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.CommandLine;

/// <summary><c>./bus export</c> and <c>./bus import</c>.</summary>
public sealed class Moving_a_session : IAsyncLifetime
{
    private readonly Guid session = Some.Id();
    private readonly string folder = Directory.CreateTempSubdirectory("bus-export-").FullName;
    private TestLog from = null!;
    private TestLog to = null!;

    public async ValueTask InitializeAsync()
    {
        (from, to) = (await TestLog.Create(), await TestLog.Create());
        await new StreamCopies(from.Database).Write(RecordedSession.Of(session));
    }

    public async ValueTask DisposeAsync()
    {
        Directory.Delete(folder, recursive: true);
        await from.DisposeAsync();
        await to.DisposeAsync();
    }

    [Fact]
    public async Task Should_write_a_file_and_take_it_in_once()
    {
        var file = Path.Combine(folder, "session.json");
        await File.WriteAllTextAsync(file, "what was there before");

        Assert.Equal((0, "", ""), await HostTool.Run(from.ConnectionString, "export", $"{session}", "-o", file));
        Assert.Equal((0, $"Imported session {session}: 15 events.\n", ""), await HostTool.Run(to.ConnectionString, "import", file));
        Assert.Equal(
            (0, $"Session {session} is here already, the same in all 15 events: nothing to do.\n", ""),
            await HostTool.Run(to.ConnectionString, "import", file));

        Assert.Equal(await from.Rows(session), await to.Rows(session));
        Assert.Equal([file], Directory.EnumerateFileSystemEntries(folder));
        Assert.Equal(await File.ReadAllTextAsync(file), (await HostTool.Run(to.ConnectionString, "export", $"{session}")).Output);
        Assert.Equal(await File.ReadAllTextAsync(file), (await HostTool.Run(to.ConnectionString, "export", $"{session}", "-o", "/dev/stdout")).Output);
    }

    [Theory]
    [InlineData(Limits.LargestFile, "this is no JSON")]
    [InlineData(Limits.LargestFile + 1, "has more than 268435456 bytes")]
    public async Task Should_not_take_in_a_file_that_is_too_large(int bytes, string why)
    {
        var file = Path.Combine(folder, "large.json");
        await using (var large = File.Create(file))
            large.SetLength(bytes);

        var (exitCode, output, errors) = await HostTool.Run(to.ConnectionString, "import", file);
        Assert.Equal((1, ""), (exitCode, output));
        Assert.Contains(why, errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Should_write_where_a_link_leads()
    {
        var (file, link) = (Path.Combine(folder, "session.json"), Path.Combine(folder, "link"));
        await File.WriteAllTextAsync(file, "what was there before");
        File.CreateSymbolicLink(link, "session.json");

        Assert.Equal((0, "", ""), await HostTool.Run(from.ConnectionString, "export", $"{session}", "-o", link));

        Assert.Equal("session.json", new FileInfo(link).LinkTarget);
        Assert.StartsWith("{", await File.ReadAllTextAsync(file), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Should_write_Markdown_to_read()
    {
        var (code, output, _) = await HostTool.Run(from.ConnectionString, "export", $"{session}", "--format", "markdown");

        Assert.Equal(0, code);
        Assert.StartsWith("# What is a quincunx\\?\n", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("'nonsense' is no id of a session", "export", "nonsense")]
    [InlineData("There is no session 6b7d1a52-4f0e-5d6c-9a51-0c9d4c6a2f01", "export", "6b7d1a52-4f0e-5d6c-9a51-0c9d4c6a2f01")]
    [InlineData("--format must be one of: json, markdown; not 'xml'", "export", "SESSION", "--format", "xml")]
    [InlineData("/nowhere/x.json cannot be written", "export", "SESSION", "-o", "/nowhere/x.json")]
    [InlineData("/proc cannot be written: It is a directory.", "export", "SESSION", "-o", "/proc")]
    [InlineData("/nowhere/x.json cannot be read", "import", "/nowhere/x.json")]
    [InlineData("/proc cannot be read", "import", "/proc")]
    [InlineData("/dev/null: line 1, byte 1: this is no JSON", "import", "/dev/null")]
    [InlineData("/dev/zero: the file has more than 268435456 bytes", "import", "/dev/zero")]
    public async Task Should_say_in_one_line_what_is_wrong(string why, params string[] arguments)
    {
        var (code, output, errors) = await HostTool.Run(from.ConnectionString, [.. arguments.Select(a => a == "SESSION" ? $"{session}" : a)]);

        Assert.Equal((1, ""), (code, output));
        Assert.Contains(why, Assert.Single(errors.TrimEnd('\n').Split('\n')), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Should_refuse_another_session_of_the_same_id()
    {
        var file = Path.Combine(folder, "session.json");
        await HostTool.Run(from.ConnectionString, "export", $"{session}", "-o", file);
        await File.WriteAllTextAsync(file, (await File.ReadAllTextAsync(file)).Replace("quincunx", "zugzwang", StringComparison.Ordinal));

        var (code, _, errors) = await HostTool.Run(from.ConnectionString, "import", file);

        Assert.Equal((1, $"The session {session} is here already, and differs at version 3.\n"), (code, errors));
    }
}
