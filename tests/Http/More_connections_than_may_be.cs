using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Http;

public sealed class More_connections_than_may_be
{
    private const string Request = "GET /health HTTP/1.1\r\nHost: bus\r\n\r\n";

    [Fact]
    public async Task Should_be_closed_until_others_go()
    {
        var (system, host) = await TestSystem.Start(new Dictionary<string, string?> { ["MAX_CONNECTIONS"] = "2" });
        await using var disposed = system;
        var address = host.Http.BaseAddress!;
        using var first = await RawConnection.To(address);
        using var second = await RawConnection.To(address);
        foreach (var connection in new[] { first, second })
        {
            await connection.Send(Request);
            Assert.Equal(200, await connection.Status());
        }

        Assert.Null(await Ask(address));

        second.Dispose();
        Assert.Equal(200, await Eventually.Get(() => Ask(address), status => status is not null));
    }

    private static async Task<int?> Ask(Uri address)
    {
        using var connection = await RawConnection.To(address);
        try
        {
            await connection.Send(Request);
        }
        catch (IOException)
        {
            return null;
        }

        return await connection.Status();
    }
}
