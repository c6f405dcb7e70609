using Xunit;

namespace Bus.Tests.Delivery;

public sealed class Reading_lists
{
    [Theory]
    [InlineData("- a\n- b", "• a\n• b")]
    [InlineData("* a\n\n* b", "• a\n\n• b")]
    [InlineData("Intro:\n- a", "Intro:\n\n• a")]
    [InlineData("- a\n  - b\n    - c\n- d", "• a\n  • b\n    • c\n• d")]
    [InlineData("- a\n  b\n\n  c", "• a\n  b\n\n  c")]
    [InlineData("- a\nb", "• a\n  b")]
    [InlineData("- **a**: b", "• <b>a</b>: b")]
    [InlineData("-\n- a", "• \n• a")]
    [InlineData("- a\n-", "• a\n•")]
    public void Should_mark_items(string markdown, string shown) => Assert.Equal(shown, Shown.Of(markdown));

    [Theory]
    [InlineData("1. a\n2. b", "1. a\n2. b")]
    [InlineData("3. a\n4. b", "3. a\n4. b")]
    [InlineData("1. a\n1. b\n1. c", "1. a\n2. b\n3. c")]
    [InlineData("1) a\n   - b\n2) c", "1) a\n  • b\n2) c")]
    [InlineData("999999999. a\n1. b", "999999999. a\n1000000000. b")]
    public void Should_number_items(string markdown, string shown) => Assert.Equal(shown, Shown.Of(markdown));

    [Theory]
    [InlineData("- [ ] a\n- [x] b\n- [X] c", "☐ a\n☑ b\n☑ c")]
    [InlineData("1. [ ] a", "1. ☐ a")]
    [InlineData("- [y] a", "• [y] a")]
    public void Should_tick_tasks(string markdown, string shown) => Assert.Equal(shown, Shown.Of(markdown));

    [Fact]
    public void Should_indent_no_further_than_can_be_read()
    {
        var text = Shown.Of(string.Concat(Enumerable.Range(0, 20).Select(level => new string(' ', 2 * level) + "- x\n")));
        Assert.Equal(16, text.Split('\n').Max(line => line.IndexOf('•')));
    }
}
