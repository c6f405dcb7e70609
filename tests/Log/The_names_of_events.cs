using System.Text.RegularExpressions;
using Bus.Contracts;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Log;

public sealed class The_names_of_events
{
    public static readonly TheoryData<string, string> Names = new(EventNames.All.Select(entry => (entry.Key.Name, entry.Value)));

    [Theory, MemberData(nameof(Names))]
    public void Should_be_the_aliases_that_Marten_gives(string record, string name) => Assert.Equal(MartenAlias(record), name);

    [Theory]
    [InlineData("MoneyDeposited", "money_deposited")]
    [InlineData("HTTPSent", "http_sent")]
    [InlineData("V2Done", "v2_done")]
    public void Should_be_compared_with_the_right_rule(string record, string alias) => Assert.Equal(alias, MartenAlias(record));

    [Fact]
    public void Should_be_unique() => Assert.Equal(EventNames.All.Count, EventNames.All.Values.Distinct(StringComparer.Ordinal).Count());

    [Fact]
    public async Task Should_be_kept_beside_a_type_that_can_be_loaded()
    {
        await using var log = await TestLog.Create();
        foreach (var (type, name) in EventNames.All)
        {
            await log.Events.Append(Some.Id(), "session", 0, [Wire.Examples.Full(type)]);
            var stored = await log.One<string>($"select mt_dotnet_type from mt_events where type = '{name}'");
            Assert.Equal($"{type.FullName}, Bus.Contracts", stored);
            Assert.Same(type, Type.GetType(stored));
        }
    }

    /// <summary>Marten's <c>ToTableAlias</c>.</summary>
    private static string MartenAlias(string record) =>
        Regex.Replace(Regex.Replace(record, @"(\P{Ll})(\P{Ll}\p{Ll})", "$1 $2"), @"(\p{Ll})(\P{Ll})", "$1 $2").ToLowerInvariant().Replace(' ', '_');
}
