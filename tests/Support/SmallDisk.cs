using System.Diagnostics;
using Npgsql;
using Xunit;

namespace Bus.Tests.Support;

/// <summary>A disk of a few megabytes (tmpfs) on which PostgreSQL keeps the tables of a database; needs root.</summary>
internal sealed class SmallDisk : IAsyncDisposable
{
    private readonly string name = $"small_{Guid.CreateVersion7(TimeProvider.System.GetUtcNow()):n}";
    private readonly string folder;

    private SmallDisk() => folder = Path.Combine(Path.GetDirectoryName(Environment.GetEnvironmentVariable("BUS_RABBITMQ_RUN"))!, name);

    /// <summary>Mounts it; the test is skipped where that is not allowed.</summary>
    public static async Task<SmallDisk> Create(int megabytes)
    {
        var disk = new SmallDisk();
        Directory.CreateDirectory(disk.folder);
        if (await Run("mount", "-t", "tmpfs", "-o", $"size={megabytes}m", "tmpfs", disk.folder) != 0)
        {
            Directory.Delete(disk.folder);
            Assert.Skip("Only root can mount a disk.");
        }

        var owner = (await File.ReadAllLinesAsync($"/proc/{Environment.GetEnvironmentVariable("BUS_POSTGRES_PID")}/status"))
            .Single(line => line.StartsWith("Uid:", StringComparison.Ordinal)).Split('\t')[1];
        await Run("chown", owner, disk.folder);
        await Execute($"create tablespace {disk.name} location '{disk.folder}'");
        return disk;
    }

    /// <summary>Moves the tables of the log here.</summary>
    public Task Take(NpgsqlDataSource database) => Take(
        database, "table mt_streams", "table mt_events", "index pkey_mt_streams_id", "index pkey_mt_events_seq_id", "index pk_mt_events_stream_and_version");

    /// <summary>Moves a table or an index here.</summary>
    public async Task Take(NpgsqlDataSource database, params string[] all)
    {
        foreach (var what in all)
        {
            await using var command = database.CreateCommand($"alter {what} set tablespace {name}");
            await command.ExecuteNonQueryAsync();
        }
    }

    /// <summary>Somebody makes room.</summary>
    public Task Grow(int megabytes) => Run("mount", "-o", $"remount,size={megabytes}m", folder);

    /// <summary>When the tables on it are dropped.</summary>
    public async ValueTask DisposeAsync()
    {
        await Execute($"drop tablespace {name}");
        await Run("umount", folder);
        Directory.Delete(folder, recursive: true);
    }

    private static async Task Execute(string sql)
    {
        await using var source = NpgsqlDataSource.Create(TestServers.Postgres);
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<int> Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        await process.WaitForExitAsync();
        return process.ExitCode;
    }
}
