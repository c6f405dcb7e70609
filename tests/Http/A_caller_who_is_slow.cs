using Bus.Contracts;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Http;

/// <summary>Connections are few enough to be worth something: nobody keeps one by saying nothing.</summary>
public sealed class A_caller_who_is_slow(SharedSystem shared)
{
    [Fact]
    public Task Should_be_hung_up_on_when_the_headers_do_not_end() =>
        IsHungUpOn("GET /health HTTP/1.1\r\nHost: bus\r\n", Limits.LongestHeadersTime);

    [Fact]
    public Task Should_be_hung_up_on_when_the_body_hardly_comes() =>
        IsHungUpOn("POST /v1/chat/handle HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{", Limits.SlowestBodyGrace);

    [Fact]
    public async Task Should_be_answered_when_the_rest_comes_in_time()
    {
        using var connection = await RawConnection.To(shared.Http.BaseAddress!);
        await connection.Send("GET /health HTTP/1.1\r\nHost: b");
        await connection.Send("us\r\n\r\n");
        Assert.Equal(200, await connection.Status());
    }

    /// <summary>Whoever begins so and says no more is hung up on, but not before its time is over.</summary>
    private async Task IsHungUpOn(string begin, TimeSpan time)
    {
        using var connection = await RawConnection.To(shared.Http.BaseAddress!);
        await connection.Send(begin);
        var since = TimeProvider.System.GetTimestamp();

        Assert.Equal(408, await connection.Status());
        // The server looks once a second.
        Assert.True(TimeProvider.System.GetElapsedTime(since) > time - TimeSpan.FromSeconds(1));
    }
}
