using System.Net;
using System.Net.Sockets;
using Bus.Ingress.Delivery;
using Bus.Llm;
using Bus.Tests.Llm;
using Xunit;

namespace Bus.Tests.Http;

/// <summary>A server that cuts each connection as soon as it is there. About one in fifty is gone before the framework has asked whose it is.</summary>
public sealed class A_connection_cut_while_it_is_made : IDisposable
{
    private const int Often = 500;

    private readonly TcpListener server = new(IPAddress.Loopback, 0);
    private readonly Uri address;

    public A_connection_cut_while_it_is_made()
    {
        server.Start();
        address = new Uri($"http://{server.LocalEndpoint}/");
        _ = Task.Run(Cut);
    }

    public void Dispose() => server.Dispose();

    [Fact]
    public async Task Should_be_trouble_with_a_platform()
    {
        using var platform = new PlatformHttp("It", TimeProvider.System, (problem, what, failure) => new PlatformException(problem, what, failure)) { UserAgent = "Bus" };
        for (var call = 0; call < Often; call++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            var failure = await Assert.ThrowsAsync<PlatformException>(
                () => platform.Exchange(request, TimeSpan.FromMinutes(1), (_, _) => Task.FromResult(0), TestContext.Current.CancellationToken));
            Assert.True(failure.IsPassing, failure.Message);
        }
    }

    [Fact]
    public async Task Should_be_trouble_with_a_provider()
    {
        using var client = Asking.ClientOf(address);
        for (var call = 0; call < Often; call++)
            Assert.Equal(ProviderFailure.Unreachable, (await Asking.Ask(client)).Failure?.Failure);
    }

    private void Cut()
    {
        try
        {
            while (true)
            {
                using var connection = server.AcceptSocket();
                connection.LingerState = new LingerOption(enable: true, seconds: 0);
            }
        }
        catch (SocketException)
        {
            // The test is over.
        }
    }
}
