using System.Text.RegularExpressions;
using Bus.Contracts;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Http;

/// <summary><c>POST /conversations</c>: contract, C-11.</summary>
public sealed partial class Opening_a_session(SharedSystem shared)
{
    [Theory]
    [InlineData(null)]
    [InlineData("{}")]
    public async Task Should_give_the_documented_answer_and_start_a_stream(string? body)
    {
        var answer = await shared.Http.Raw(HttpMethod.Post, "/conversations", body);

        Assert.Equal(200, answer.Status);
        Assert.StartsWith("application/json", answer.ContentType, StringComparison.Ordinal);
        var match = Documented().Match(answer.Body);
        Assert.True(match.Success, answer.Body);
        var stored = Assert.Single(await shared.System.Log.Read(Guid.Parse(match.Groups[1].Value)));
        Assert.IsType<SessionStarted>(stored.Data);
    }

    [GeneratedRegex("""^\{"session_id":"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})","message":"对话会话创建成功"\}$""")]
    private static partial Regex Documented();
}
