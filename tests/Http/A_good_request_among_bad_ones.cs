using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Http;

/// <summary>Shows that the tests of bad input would see a message that was published all the same.</summary>
[Collection(BadInput.Name)]
public sealed class A_good_request_among_bad_ones(LonelyIngress ingress)
{
    [Fact]
    public async Task Should_leave_one_message()
    {
        var before = await ingress.Left();
        using (await ingress.Http.ChatStream(ingress.Session, "hello"))
        {
        }

        Assert.Equal((before.Messages + 1, before.Rows), await ingress.Left());
    }
}
