using System.Net;
using System.Net.Sockets;
using Bus.Llm;
using Bus.Tests.Gateway;
using Xunit;

namespace Bus.Tests.Llm;

public class A_provider_that_cannot_be_reached
{
    [Fact]
    public async Task Should_be_called_unreachable()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var nobody = new Uri($"http://{listener.LocalEndpoint}/v1");
        listener.Stop();

        using var client = Asking.ClientOf(nobody);
        var failure = (await Asking.Ask(client)).Failure!;
        Assert.Equal((ProviderFailure.Unreachable, "The model provider cannot be reached."), (failure.Failure, failure.Message));
        Assert.Null(failure.InnerException);
    }

    [Fact]
    public async Task Should_be_called_so_when_it_takes_no_connection()
    {
        using var silent = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        silent.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        silent.Listen(backlog: 0);
        using var only = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await only.ConnectAsync(silent.LocalEndPoint!, TestContext.Current.CancellationToken); // nobody accepts it, so there is no room for another

        using var client = Asking.ClientOf(new Uri($"http://{silent.LocalEndPoint}/v1"));
        var asking = Asking.Ask(client);

        // Linux itself goes on trying for two minutes.
        var failure = (await asking.WaitAsync(TestGateway.Patience.Connect * 6, TestContext.Current.CancellationToken)).Failure!;
        Assert.Equal((ProviderFailure.Unreachable, "The model provider cannot be reached."), (failure.Failure, failure.Message));
    }

    [Fact]
    public async Task Should_be_called_so_when_it_speaks_no_tls()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var client = Asking.ClientOf(new Uri($"https://{listener.LocalEndpoint}/v1"));

        var asking = Asking.Ask(client);
        using var socket = await listener.AcceptSocketAsync(TestContext.Current.CancellationToken);
        await socket.SendAsync("HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray(), TestContext.Current.CancellationToken);

        var failure = (await asking).Failure!;
        Assert.Equal(
            (ProviderFailure.Unreachable, "No secure connection to the model provider could be made."), (failure.Failure, failure.Message));
    }
}
