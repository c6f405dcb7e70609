using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Bus.Llm.Vault;

/// <summary>
/// This process can open the sealed keys. One that lacks a master key is unhealthy, so that its answer is 503: it would fail calls that others
/// answer, a rolling restart that forgot the key stops at its first process while those before it work, and a key that is lost everywhere is
/// noticed by whoever watches, and not by people whose calls fail. It is so of the process and not of the deployment, as when a process cannot
/// reach a server that it needs. One sealed text that is damaged is no reason to take a process away, for no other could open it: degraded.
/// What is said is from memory, so that whoever asks costs nothing.
/// </summary>
internal sealed class VaultCheck(VaultWatch watch) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(watch.State switch
    {
        null => HealthCheckResult.Unhealthy("Nobody has looked yet."),
        { IsMasterKeyLost: true } state => HealthCheckResult.Unhealthy("A master key is missing.", data: Counts(state)),
        { Unopened.Count: > 0 } state => HealthCheckResult.Degraded("A sealed key is damaged.", data: Counts(state)),
        var state => HealthCheckResult.Healthy(data: Counts(state)),
    });

    private static Dictionary<string, object> Counts(VaultState state) => new() { ["decryptable"] = state.Decryptable, ["sealed"] = state.Sealed };
}
