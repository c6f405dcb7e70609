using Bus.Tests.Support;
using Xunit;

[assembly: AssemblyFixture(typeof(GatedSystem))]

namespace Bus.Tests.Support;

/// <summary>
/// One system with a <see cref="GatedProvider"/> for all tests that neither kill it nor change its settings. It starts
/// when the first of them asks; their messages differ, so that each finds its own calls.
/// </summary>
public sealed class GatedSystem : IAsyncLifetime
{
    private readonly SemaphoreSlim starting = new(1);
    private GatedProvider? provider;
    private TestSystem? system;
    private HostProcess? host;

    internal async Task<(TestSystem System, HostProcess Host, GatedProvider Provider)> Get()
    {
        await starting.WaitAsync();
        try
        {
            if (host is null)
            {
                provider = await GatedProvider.Start();
                system = await TestSystem.Create(provider.Settings);
                host = await system.AddProcess();
            }

            return (system!, host, provider!);
        }
        finally
        {
            starting.Release();
        }
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (system is not null)
            await system.DisposeAsync();
        if (provider is not null)
            await provider.DisposeAsync();
        starting.Dispose();
    }
}
