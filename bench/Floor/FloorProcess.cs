using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Npgsql;

namespace Bus.Bench.Floor;

/// <summary>Runs the floor beside us.</summary>
internal sealed class FloorProcess : IAsyncDisposable
{
    private readonly Process process;

    private FloorProcess(Process process) => this.process = process;

    public int Pid => process.Id;

    public static async Task<FloorProcess> Start()
    {
        await MakeDatabase();
        var floor = new FloorProcess(Process.Start(new ProcessStartInfo(Environment.ProcessPath!, "floor")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!);
        return await floor.Line() == "ready" ? floor : throw new BenchException("The floor did not start.");
    }

    public async Task<FloorRound> Run(int parallel, TimeSpan length)
    {
        await process.StandardInput.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{parallel} {length.TotalSeconds}"));
        await process.StandardInput.FlushAsync();
        return JsonSerializer.Deserialize<FloorRound>(await Line())!;
    }

    public async ValueTask DisposeAsync()
    {
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        process.Dispose();
    }

    private async Task<string> Line() =>
        await process.StandardOutput.ReadLineAsync() ?? throw new BenchException("The floor ended by itself.");

    private static async Task MakeDatabase()
    {
        var name = new NpgsqlConnectionStringBuilder(Servers.FloorDatabase).Database;
        await Execute(Servers.Postgres, $"drop database if exists {name}");
        await Execute(Servers.Postgres, $"create database {name}");
        await Execute(Servers.FloorDatabase, "create table floor_rows (number bigint generated always as identity primary key, body bytea not null)");
    }

    private static async Task Execute(string database, string sql)
    {
        await using var source = NpgsqlDataSource.Create(database);
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
