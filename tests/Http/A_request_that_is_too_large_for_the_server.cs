using Bus.Contracts;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Http;

/// <summary>What the web server refuses before an endpoint sees it.</summary>
public sealed class A_request_that_is_too_large_for_the_server(SharedSystem shared)
{
    private const string End = "Host: bus\r\nConnection: close\r\n\r\n";

    [Theory]
    [InlineData(Limits.LongestRequestLine, 200)]
    [InlineData(Limits.LongestRequestLine + 1, 414)]
    public async Task Should_be_refused_by_the_length_of_its_first_line(int length, int status)
    {
        const string before = "GET /health?", after = " HTTP/1.1\r\n";
        Assert.Equal(status, await Ask($"{before}{new string('x', length - before.Length - after.Length)}{after}{End}"));
    }

    [Theory]
    [InlineData(Limits.MostHeaders, 200)]
    [InlineData(Limits.MostHeaders + 1, 431)]
    public async Task Should_be_refused_by_the_number_of_its_headers(int count, int status)
    {
        const int others = 2;
        Assert.Equal(status, await Ask($"GET /health HTTP/1.1\r\n{string.Concat(Enumerable.Range(others, count - others).Select(n => $"X-{n}: x\r\n"))}{End}"));
    }

    [Theory]
    [InlineData(Limits.LargestHeaders, 200)]
    [InlineData(Limits.LargestHeaders + 1, 431)]
    public async Task Should_be_refused_by_the_size_of_its_headers(int size, int status)
    {
        const string name = "X-Large: ", endOfLine = "\r\n";
        var others = End.Length - endOfLine.Length; // the last line, which is empty, is not counted
        Assert.Equal(status, await Ask($"GET /health HTTP/1.1\r\n{name}{new string('x', size - others - name.Length - endOfLine.Length)}{endOfLine}{End}"));
    }

    private async Task<int?> Ask(string request)
    {
        using var connection = await RawConnection.To(shared.Http.BaseAddress!);
        await connection.Send(request);
        return await connection.Status();
    }
}
