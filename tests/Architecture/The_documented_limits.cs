using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using Bus.Contracts;
using Xunit;

namespace Bus.Tests.Architecture;

/// <summary><c>docs/limits.md</c> and the constants say the same.</summary>
public sealed partial class The_documented_limits
{
    private static readonly Dictionary<string, object> All = typeof(Limits).GetFields(BindingFlags.Public | BindingFlags.Static)
        .ToDictionary(field => field.Name, field => field.GetValue(null)!);

    private static readonly IReadOnlyList<NumberSetting> Settings = [.. All.Values.OfType<NumberSetting>()];

    private static readonly ILookup<string, string[]> Rows = File.ReadLines(Path.Combine(Solution.Root, "docs/limits.md"))
        .Where(line => line.StartsWith("| `", StringComparison.Ordinal))
        .Select(line => line.Trim('|').Split('|', StringSplitOptions.TrimEntries))
        .ToLookup(cells => cells[0].Trim('`'), cells => cells);

    [Fact]
    public void Should_be_those_that_there_are() => Assert.Equal(
        All.Where(limit => limit.Value is not NumberSetting).Select(limit => limit.Key).Concat(Settings.Select(setting => setting.Name)).Order(StringComparer.Ordinal),
        Rows.Select(row => row.Key).Order(StringComparer.Ordinal));

    [Fact]
    public void Should_be_as_much_as_is_written() => Assert.All(
        All.Where(limit => limit.Value is not NumberSetting),
        limit => Assert.Equal(Number(limit.Value), FirstNumber().Match(Assert.Single(Rows[limit.Key])[1]).Value));

    [Fact]
    public void Should_be_in_the_range_that_is_written() => Assert.All(
        Settings,
        setting => Assert.Equal([Number(setting.Default), $"{setting.Least} to {setting.Most}"], Assert.Single(Rows[setting.Name])[1..3]));

    [Fact]
    public void Should_each_say_what_happens_beyond_it() =>
        Assert.All(Rows.SelectMany(rows => rows), row => Assert.True(row.Length is 4 or 5 && row.All(cell => cell.Length > 0), string.Join(" | ", row)));

    [Fact]
    public void Should_be_in_the_example_of_the_settings()
    {
        var example = File.ReadAllLines(Path.Combine(Solution.Root, ".env.example"));
        Assert.All(Settings, setting => Assert.Contains($"#{setting.Name}={Number(setting.Default)}", example));
    }

    private static string Number(object limit) => limit is TimeSpan time
        ? time.TotalSeconds.ToString(CultureInfo.InvariantCulture)
        : ((int)limit).ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^\d+")]
    private static partial Regex FirstNumber();
}
