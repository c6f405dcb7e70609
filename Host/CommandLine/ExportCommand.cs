using System.CommandLine;
using Bus.Events;
using Bus.Memory.Exchange;

namespace Bus.Host.CommandLine;

/// <summary><c>export SESSION [--format json|markdown] [-o FILE]</c>.</summary>
internal static class ExportCommand
{
    public static Command Create()
    {
        var session = new Argument<string>("session") { Description = "The id of the session" };
        var format = new Option<string>("--format") { Description = "json: everything that is kept. markdown: to be read", DefaultValueFactory = _ => ExportSession.Json };
        var output = new Option<string?>("--output", "-o") { Description = "The file to write; otherwise stdout" };
        var export = new Command("export", "Export a session") { session, format, output };
        export.SetAction((parsed, cancellation) => Tool.Run(
            (services, stop) => Run(services, parsed.GetValue(session)!, parsed.GetValue(format)!, parsed.GetValue(output), stop), cancellation));
        return export;
    }

    private static async Task<int> Run(IServiceProvider services, string session, string format, string? output, CancellationToken cancellation)
    {
        if (!Guid.TryParseExact(session, "D", out var sessionId))
            return await LogCommand.Refuse($"'{session}' is no id of a session. Expected: 8-4-4-4-12 hexadecimal digits.");
        if (!ExportSession.Formats.Contains(format))
            return await LogCommand.Refuse($"--format must be one of: {string.Join(", ", ExportSession.Formats)}; not '{format}'.");
        var export = new ExportSession(services.GetRequiredService<StreamCopies>(), services.GetRequiredService<EventTypes>());
        if (await export.Run(sessionId, format, cancellation) is not { } file)
            return await LogCommand.Refuse($"There is no session {sessionId}, or not any more.");
        if (output is null)
        {
            await using var stdout = Console.OpenStandardOutput();
            await stdout.WriteAsync(file, cancellation);
            return 0;
        }

        try
        {
            await Save(output, file, cancellation);
            return 0;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return await LogCommand.Refuse($"{output} cannot be written: {failure.Message}");
        }
    }

    /// <summary>A file that was there is replaced by a whole one, or stays.</summary>
    private static async Task Save(string output, ReadOnlyMemory<byte> file, CancellationToken cancellation)
    {
        if (Directory.Exists(output))
            throw new IOException("It is a directory.");
        var target = Path.GetFullPath(output);
        if (File.Exists(target))
        {
            // Into a pipe or a terminal, as /dev/stdout is one; it cannot be replaced.
            await using var there = new FileStream(target, FileMode.Open, FileAccess.Write);
            if (!there.CanSeek)
            {
                await there.WriteAsync(file, cancellation);
                return;
            }

            target = File.ResolveLinkTarget(target, returnFinalTarget: true)?.FullName ?? target;
        }

        var unfinished = $"{target}.part";
        try
        {
            await File.WriteAllBytesAsync(unfinished, file, cancellation);
            File.Move(unfinished, target, overwrite: true);
        }
        finally
        {
            File.Delete(unfinished);
        }
    }
}
