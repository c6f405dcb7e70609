using Bus.Events;
using Bus.Events.Servers;
using Bus.Llm.Catalog.Entries;
using Bus.Llm.Vault;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace Bus.Llm.Catalog.FirstStart;

/// <summary>
/// Fills a new catalog before anybody asks: with what the environment has, and with examples. What was once there does not come back, and of
/// several processes that start at the same time one does it.
/// </summary>
internal sealed class FirstCatalog(NpgsqlDataSource database, EnvironmentImport environment, KeyVault vault, ServerWait wait, TimeProvider time) : IHostedLifecycleService
{
    private const string PresetsName = "presets";

    /// <exception cref="InvalidOperationException">The environment has a key that cannot be kept, or makes no sense.</exception>
    public Task StartingAsync(CancellationToken cancellationToken) => wait.Until(Postgres.Of(database), Fill, cancellationToken);

    /// <summary>Does what was never done.</summary>
    public async Task Fill(CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await connection.Run("select pg_advisory_xact_lock(hashtextextended('bus catalog', 0))", cancellation);
        var imports = await Imports.Read(connection, cancellation);
        await environment.Run(connection, imports, cancellation);
        if (imports.At(PresetsName) is null)
            await AddPresets(connection, imports, cancellation);
        await transaction.CommitAsync(cancellation);
    }

    /// <summary>A provider that is there needs no example.</summary>
    private async Task AddPresets(NpgsqlConnection connection, Imports imports, CancellationToken cancellation)
    {
        var now = time.KeptNow();
        await using var select = connection.Statement($"select {EntryTable.Columns} from llm_models");
        var there = (await EntryTable.Read(select, cancellation)).Select(entry => entry.Provider).ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var preset in Presets.Entries(vault, now).Where(preset => !there.Contains(preset.Provider)))
            await EntryTable.Insert(connection, preset, cancellation);
        await imports.Remember(connection, PresetsName, now, cancellation);
    }

    Task IHostedService.StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    Task IHostedLifecycleService.StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    Task IHostedLifecycleService.StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    Task IHostedService.StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    Task IHostedLifecycleService.StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
