using Bus.Tests.Support;
using Xunit;

[assembly: AssemblyFixture(typeof(SharedSystem))]

namespace Bus.Tests.Support;

/// <summary>One system for all tests that neither kill it nor change its settings; they use conversations of their own.</summary>
public sealed class SharedSystem : IAsyncLifetime
{
    private TestSystem? system;
    private HostProcess? host;

    internal TestSystem System => system!;

    internal HostProcess Host => host!;

    internal HttpClient Http => host!.Http;

    public async ValueTask InitializeAsync() => (system, host) = await TestSystem.Start();

    public async ValueTask DisposeAsync()
    {
        if (system is not null)
            await system.DisposeAsync();
    }
}
