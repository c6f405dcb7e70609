using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Bus.Llm;
using Bus.Tests.Llm;
using Xunit;

namespace Bus.Tests.Gateway;

/// <summary>127.0.0.1 stands for the internet here, and 127.0.0.2 for the network of the deployment.</summary>
public sealed class Connecting_where_somebody_has_chosen : IAsyncDisposable
{
    private const string NotFound = "The address of the model provider was not found, or is none that may be used.";
    private static readonly IPAddress Outside = IPAddress.Loopback;
    private static readonly IPAddress Inside = IPAddress.Parse("127.0.0.2");

    private readonly FakeProvider provider = FakeProvider.Answering(200, "{}", headers: "Connection: close\r\n");
    private readonly TcpListener inside;
    private readonly List<string> lookedUp = [];

    public Connecting_where_somebody_has_chosen()
    {
        inside = new TcpListener(Inside, provider.BaseUrl.Port); // whatever goes astray finds somebody there
        inside.Start();
    }

    public ValueTask DisposeAsync()
    {
        Assert.False(inside.Pending(), "Something has connected to the inside.");
        inside.Dispose();
        return provider.DisposeAsync();
    }

    [Fact]
    public async Task Should_go_to_the_address_that_was_checked()
    {
        // No other resolver knows this name: who would look it up again would not get anywhere.
        using var http = Client([Outside]);
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(Url("models.invalid"))).StatusCode);
        Assert.Equal(["models.invalid"], lookedUp);
    }

    [Fact]
    public async Task Should_not_follow_a_name_that_changes_its_address()
    {
        using var http = Client([Outside], [Inside]);
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(Url("rebinding.invalid"))).StatusCode);
        await IsRefused(http, "rebinding.invalid");
        Assert.Equal(2, lookedUp.Count);
        Assert.Single(provider.Calls);
    }

    [Fact]
    public async Task Should_be_refused_when_one_address_of_several_is_inside()
    {
        using var http = Client([Outside, Inside], [Inside, Outside]);
        await IsRefused(http, "both.invalid");
        await IsRefused(http, "both.invalid");
        Assert.Empty(provider.Calls);
    }

    [Theory]
    [InlineData("127.0.0.2")]
    [InlineData("2130706434")]
    [InlineData("0x7f.2")]
    [InlineData("0177.0.0.2")]
    [InlineData("127.2")]
    [InlineData("0.0.0.0")]
    [InlineData("[::]")]
    [InlineData("[::1]")]
    [InlineData("[::ffff:127.0.0.2]")]
    [InlineData("[::ffff:7f00:2]")]
    [InlineData("[64:ff9b::7f00:2]")]
    [InlineData("[fe80::1]")]
    public async Task Should_be_refused_for_an_address_inside_however_it_is_written(string host)
    {
        using var http = ProviderTransport.CreateGuarded(TestGateway.Patience.Connect, Guarding_addresses.Guard("127.0.0.1"));
        await IsRefused(http, host);
    }

    [Fact]
    public async Task Should_not_tell_what_names_there_are_inside()
    {
        using var unknown = Client(() => throw new SocketException((int)SocketError.HostNotFound));
        using var empty = Client(() => []);
        using var hidden = Client([Inside]);
        var failures = new[] { await Failure(unknown, "db.invalid"), await Failure(empty, "db.invalid"), await Failure(hidden, "db.invalid") };
        Assert.Single(failures.Select(failure => (failure.Message, failure.HttpRequestError)).Distinct());
        Assert.All(failures, failure =>
        {
            var told = ProviderErrors.NoConnection(failure);
            Assert.Equal((ProviderFailure.Unreachable, NotFound), (told.Failure, told.Message));
            Assert.DoesNotContain("127.0.0.2", failure.ToString(), StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task Should_go_on_with_the_next_address_when_one_takes_no_connection()
    {
        var dead = IPAddress.Parse("127.0.0.3");
        using var http = Client("127.0.0.1,127.0.0.3", [dead, Outside]);
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(Url("several.invalid"))).StatusCode);
    }

    [Fact]
    public async Task Should_be_called_unreachable_when_nobody_is_there()
    {
        using var http = Client("127.0.0.3", [IPAddress.Parse("127.0.0.3")]);
        var failure = await Failure(http, "nobody.invalid");
        Assert.Equal("The model provider cannot be reached.", ProviderErrors.NoConnection(failure).Message);
    }

    [Fact]
    public async Task Should_not_follow_a_redirect()
    {
        await using var moving = FakeProvider.Answering(302, "", headers: $"Location: http://127.0.0.2:{inside.LocalEndpoint.ToString()!.Split(':')[1]}/v1\r\n");
        using var http = Client([Outside]);
        Assert.Equal(HttpStatusCode.Redirect, (await http.GetAsync(new Uri($"http://moving.invalid:{moving.BaseUrl.Port}/v1"))).StatusCode);
        Assert.Single(moving.Calls);
    }

    [Fact]
    public async Task Should_not_be_left_to_a_proxy()
    {
        var before = HttpClient.DefaultProxy;
        await using var proxy = FakeProvider.Answering(200, "{}", headers: "Connection: close\r\n");
        HttpClient.DefaultProxy = new ProxyOf("proxied.invalid", proxy.BaseUrl); // others that run meanwhile are not concerned
        try
        {
            using var everybody = ProviderTransport.Create(TestGateway.Patience.Connect);
            using var http = Client([Outside]);
            Assert.Equal(HttpStatusCode.OK, (await everybody.GetAsync(Url("proxied.invalid"))).StatusCode);
            Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(Url("proxied.invalid"))).StatusCode);
        }
        finally
        {
            HttpClient.DefaultProxy = before;
        }

        Assert.Equal((1, 1), (proxy.Calls.Count, provider.Calls.Count));
    }

    [Fact]
    public async Task Should_check_a_certificate_against_the_name()
    {
        using var key = RSA.Create(2048);
        using var certificate = new CertificateRequest("CN=models.invalid", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
        using var listener = new TcpListener(Outside, 0);
        listener.Start();
        var asked = new TaskCompletionSource<string>();
        var serving = Serve(listener, certificate, asked);

        using var http = Client([Outside]);
        var failure = await Assert.ThrowsAsync<HttpRequestException>(() => http.GetAsync(new Uri($"https://models.invalid:{((IPEndPoint)listener.LocalEndpoint).Port}/")));
        Assert.Equal(HttpRequestError.SecureConnectionError, failure.HttpRequestError);
        Assert.Equal("models.invalid", await asked.Task);
        await serving;
    }

    private static async Task Serve(TcpListener listener, X509Certificate2 certificate, TaskCompletionSource<string> asked)
    {
        using var client = await listener.AcceptTcpClientAsync();
        await using var tls = new SslStream(client.GetStream());
        try
        {
            await tls.AuthenticateAsServerAsync((_, hello, _, _) =>
            {
                asked.SetResult(hello.ServerName);
                return ValueTask.FromResult(new SslServerAuthenticationOptions { ServerCertificate = certificate });
            }, null);
            await tls.ReadExactlyAsync(new byte[1]);
        }
        catch (Exception failure) when (failure is IOException or System.Security.Authentication.AuthenticationException)
        {
            // It hangs up on us.
        }
    }

    private static async Task<HttpRequestException> Failure(HttpClient http, string host) =>
        await Assert.ThrowsAsync<HttpRequestException>(() => http.GetAsync(new Uri($"http://{host}:9/v1")));

    private async Task IsRefused(HttpClient http, string host)
    {
        var failure = await Assert.ThrowsAsync<HttpRequestException>(() => http.GetAsync(Url(host)));
        Assert.Equal((HttpRequestError.NameResolutionError, NotFound), (failure.HttpRequestError, ProviderErrors.NoConnection(failure).Message));
    }

    private Uri Url(string host) => new($"http://{host}:{provider.BaseUrl.Port}/v1");

    private HttpClient Client(params IPAddress[][] answers) => Client("127.0.0.1", answers);

    private HttpClient Client(string networks, params IPAddress[][] answers) =>
        Client(() => answers[Math.Min(lookedUp.Count, answers.Length) - 1], networks);

    private HttpClient Client(Func<IPAddress[]> answer, string networks = "127.0.0.1") => ProviderTransport.CreateGuarded(TestGateway.Patience.Connect,
        Guarding_addresses.Guard(networks),
        async (name, _) =>
        {
            await Task.Yield();
            lookedUp.Add(name);
            return answer();
        });

    private sealed class ProxyOf(string host, Uri proxy) : IWebProxy
    {
        public ICredentials? Credentials { get; set; }

        public Uri GetProxy(Uri destination) => proxy;

        public bool IsBypassed(Uri destination) => destination.Host != host;
    }
}
