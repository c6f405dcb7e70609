using Bus.Contracts;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Http;

/// <summary>Connections are few enough to be worth something: nobody keeps one by saying nothing.</summary>
public sealed class A_caller_who_is_slow(SharedSystem shared)
{
    [Fact]
    public async Task Should_be_hung_up_on_when_the_headers_do_not_end()
    {
        using var connection = await RawConnection.To(shared.Http.BaseAddress!);
        await connection.Send("GET /health HTTP/1.1\r\nHost: bus\r\n");
        var since = TimeProvider.System.GetTimestamp();

        Assert.Equal(408, await connection.Status());
        Assert.InRange(TimeProvider.System.GetElapsedTime(since), Limits.LongestHeadersTime - TimeSpan.FromSeconds(1), Limits.LongestHeadersTime * 3);
    }

    [Fact]
    public async Task Should_be_hung_up_on_when_the_body_hardly_comes()
    {
        using var connection = await RawConnection.To(shared.Http.BaseAddress!);
        await connection.Send("POST /v1/chat/handle HTTP/1.1\r\nHost: bus\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{");
        var since = TimeProvider.System.GetTimestamp();

        Assert.Equal(408, await connection.Status());
        Assert.InRange(TimeProvider.System.GetElapsedTime(since), Limits.SlowestBodyGrace - TimeSpan.FromSeconds(1), Limits.SlowestBodyGrace * 6);
    }

    [Fact]
    public async Task Should_be_answered_when_the_rest_comes_in_time()
    {
        using var connection = await RawConnection.To(shared.Http.BaseAddress!);
        await connection.Send("GET /health HTTP/1.1\r\nHost: b");
        await connection.Send("us\r\n\r\n");
        Assert.Equal(200, await connection.Status());
    }
}
