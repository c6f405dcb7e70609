using Bus.Events.Servers;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Bus.Llm.Vault;

/// <summary>Looks whether this process can open every sealed key: before it takes anything in, and whenever one has changed. Says so in the log.</summary>
internal sealed partial class VaultWatch(KeyVault vault, SealedKeys keys, NpgsqlDataSource database, ServerWait wait, TimeProvider time, ILogger<VaultWatch> log)
    : Sweeper(Interval, time, log)
{
    private const int MostNamed = 10;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private long? seen;

    /// <summary>As it was at the last look; null before the first.</summary>
    public VaultState? State { get; private set; }

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        if (!vault.CanSeal)
            LogNoMasterKey();
        await wait.Until(Postgres.Of(database), Sweep, cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task Sweep(CancellationToken cancellation)
    {
        var version = await keys.Version(cancellation);
        if (State is not null && version == seen)
            return;
        var state = VaultState.Of(vault, await keys.Read(cancellation));
        Say(State, state);
        (State, seen) = (state, version);
    }

    private void Say(VaultState? before, VaultState state)
    {
        if (state.Unopened.Count == 0 && (before is null ? state.Sealed > 0 : before.Unopened.Count > 0))
            LogAllOpen(state.Sealed);
        else if (state.Unopened.Count > 0 && !state.Unopened.SequenceEqual(before?.Unopened ?? []))
            LogUnopened(state.Unopened.Count, state.Sealed, Named(state.Unopened));
    }

    private static string Named(IReadOnlyList<UnopenedKey> unopened)
    {
        var more = unopened.Count - MostNamed;
        return string.Join("; ", unopened.Take(MostNamed)) + (more > 0 ? $"; and {more} more" : "");
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Neither BUS_MASTER_KEYS nor JWT_SECRET is set: no keys of providers can be kept")]
    private partial void LogNoMasterKey();

    [LoggerMessage(Level = LogLevel.Information, Message = "All {Count} keys of providers can be decrypted")]
    private partial void LogAllOpen(int count);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Count} of {All} keys of providers cannot be decrypted (BUS_MASTER_KEYS, JWT_SECRET): {Keys}")]
    private partial void LogUnopened(int count, int all, string keys);
}
