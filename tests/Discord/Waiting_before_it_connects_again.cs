using Bus.Ingress.Discord.Gateway;
using Xunit;

namespace Bus.Tests.Discord;

public sealed class Waiting_before_it_connects_again
{
    private static readonly EndedConnection Refused = new(WentOn: true, GoesOn: true, IsGreeted: false, IsReady: false, TimeSpan.Zero);
    private static readonly EndedConnection Lost = Refused with { IsGreeted = true, GoesOn = false };
    private static readonly EndedConnection BegunInVain = new(WentOn: false, GoesOn: false, IsGreeted: true, IsReady: false, TimeSpan.FromSeconds(1));

    private readonly ReconnectPause pause = new();

    [Fact]
    public void Should_be_longer_each_time_nobody_is_there_but_never_very_long() =>
        Assert.Equal([0.5, 1, 2, 4, 8, 15, 15], Seconds(Refused, Refused, Refused, Refused, Refused, Refused, Refused));

    [Fact]
    public void Should_be_short_again_when_a_session_was_gone_on_with() =>
        Assert.Equal([0.5, 1, 0.5, 1], Seconds(Refused, Refused, Refused with { IsGreeted = true, IsReady = true }, Refused));

    [Fact]
    public void Should_be_short_when_a_session_is_lost_after_many_tries() =>
        Assert.Equal([0.5, 1, 2, 4, 0.5, 1], Seconds(Refused, Refused, Refused, Refused, Lost, BegunInVain));

    [Fact]
    public void Should_be_long_when_sessions_begin_in_vain_and_end_as_soon_as_they_have_begun()
    {
        Assert.Equal([0.5, 1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300], Seconds([.. Enumerable.Repeat(BegunInVain, 12)]));
        Assert.Equal([300, 300], Seconds(BegunInVain with { IsReady = true }, BegunInVain with { IsReady = true, Lasted = TimeSpan.FromSeconds(59) }));
        Assert.Equal([0.5], Seconds(BegunInVain with { IsReady = true, Lasted = TimeSpan.FromMinutes(1) }));
    }

    [Fact]
    public void Should_not_be_very_long_when_nobody_is_there_to_begin_a_session_with() =>
        Assert.Equal([0.5, 1, 2, 4, 8, 15, 15], Seconds([.. Enumerable.Repeat(BegunInVain with { IsGreeted = false }, 7)]));

    private IEnumerable<double> Seconds(params IEnumerable<EndedConnection> ended) => [.. ended.Select(one => pause.After(one).TotalSeconds)];
}
