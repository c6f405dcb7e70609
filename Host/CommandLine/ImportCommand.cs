using System.CommandLine;
using Bus.Contracts;
using Bus.Events;
using Bus.Memory.Exchange;

namespace Bus.Host.CommandLine;

/// <summary><c>import FILE</c>.</summary>
internal static class ImportCommand
{
    public static Command Create()
    {
        var path = new Argument<string>("file") { Description = "The file that export wrote; /dev/stdin reads a pipe" };
        var import = new Command("import", "Take in a session that was exported as JSON") { path };
        import.SetAction((parsed, cancellation) => Tool.Run((services, stop) => Run(services, parsed.GetValue(path)!, stop), cancellation));
        return import;
    }

    private static async Task<int> Run(IServiceProvider services, string path, CancellationToken cancellation)
    {
        var import = new ImportSession(
            services.GetRequiredService<EventStore>(), services.GetRequiredService<StreamCopies>(), services.GetRequiredService<EventTypes>());
        try
        {
            var imported = await import.Run(await Read(path, cancellation), cancellation);
            await Console.Out.WriteLineAsync(imported.IsNew
                ? $"Imported session {imported.SessionId}: {imported.Events} events."
                : $"Session {imported.SessionId} is here already, the same in all {imported.Events} events: nothing to do.");
            return 0;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return await LogCommand.Refuse($"{path} cannot be read: {failure.Message}");
        }
        catch (SessionFileException failure)
        {
            return await LogCommand.Refuse($"{path}: {failure.Message}");
        }
        catch (StreamExistsException failure)
        {
            return await LogCommand.Refuse(failure.Message);
        }
    }

    private static async Task<ReadOnlyMemory<byte>> Read(string path, CancellationToken cancellation)
    {
        await using var file = File.OpenRead(path);
        using var bytes = new MemoryStream();
        var part = new byte[81920];
        while (await file.ReadAsync(part, cancellation) is > 0 and var count)
        {
            if (bytes.Length + count > Limits.LargestFile)
                throw new SessionFileException("the file", $"has more than {Limits.LargestFile} bytes.");
            bytes.Write(part, 0, count);
        }

        return bytes.GetBuffer().AsMemory(0, (int)bytes.Length);
    }
}
