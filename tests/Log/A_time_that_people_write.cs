using Bus.Events;
using Xunit;

namespace Bus.Tests.Log;

public sealed class A_time_that_people_write
{
    [Theory]
    [InlineData("2025-10-02T10:00:00Z", "2025-10-02T10:00:00.000000Z")]
    [InlineData("2025-10-02T10:00Z", "2025-10-02T10:00:00.000000Z")]
    [InlineData("2025-10-02T10:00:00.123456Z", "2025-10-02T10:00:00.123456Z")]
    [InlineData("2025-10-02T10:00:00.1234567Z", "2025-10-02T10:00:00.123456Z")]
    [InlineData("2025-10-02T12:00:00.5+02:00", "2025-10-02T10:00:00.500000Z")]
    [InlineData("2025-10-02T12:00:00 02:00", "2025-10-02T10:00:00.000000Z")]
    [InlineData("2025-10-02T04:30:00-05:30", "2025-10-02T10:00:00.000000Z")]
    public void Should_be_taken_with_its_offset(string written, string time)
    {
        Assert.True(PointInTime.TryParse(written, out var read));
        Assert.Equal(time, PointInTime.Format(read));
    }

    [Theory]
    [InlineData("")]
    [InlineData("yesterday")]
    [InlineData("2025-10-02")]
    [InlineData("2025-10-02T10:00:00")]
    [InlineData("2025-10-02 10:00:00Z")]
    [InlineData("2025-10-02T10:00:00+2")]
    [InlineData("2025-10-02T10:00:00+0200")]
    [InlineData("2025-13-02T10:00:00Z")]
    [InlineData("2025-10-02T25:00:00Z")]
    [InlineData("2025-10-02T10:00:00.12345678Z")]
    [InlineData("2025-10-02T10:00:00Z ")]
    [InlineData("1759399200")]
    public void Should_be_refused_otherwise(string written) => Assert.False(PointInTime.TryParse(written, out _));
}
