using System.Net;
using Bus.Accounts.Counting;
using Xunit;

namespace Bus.Tests.Accounts;

public sealed class Counting_tries
{
    [Theory]
    [InlineData("203.0.113.7", "203.0.113.7")]
    [InlineData("::ffff:203.0.113.7", "203.0.113.7")]
    [InlineData("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64")]
    [InlineData("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64")]
    [InlineData("2001:db8:1:3::1", "2001:db8:1:3::/64")]
    [InlineData("fe80::1%3", "fe80::/64")]
    [InlineData("::1", "::/64")]
    [InlineData(null, "")]
    public void Should_be_done_for_all_that_somebody_has_together(string? address, string block) =>
        Assert.Equal(block, AddressBlock.Of(address is null ? null : IPAddress.Parse(address)));
}
