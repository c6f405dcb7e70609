using System.Text.RegularExpressions;
using Xunit;

namespace Bus.Tests.Architecture;

public sealed partial class The_source_tree
{
    private const int MostLines = 300;

    [Fact]
    public void Should_have_every_project_in_the_solution()
    {
        var solution = ProjectLine().Matches(File.ReadAllText(Path.Combine(Solution.Root, "Bus.sln")))
            .Select(match => match.Groups[1].Value.Replace('\\', '/'));
        Assert.Equal(Solution.Projects().Order(StringComparer.Ordinal), solution.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Should_know_every_module_of_production() => Assert.Equal(
        Solution.Assemblies.Keys.Order(StringComparer.Ordinal),
        Solution.Projects().Select(project => Path.GetFileNameWithoutExtension(project)).Except(["Tests", "Fakes", "Bench", "Faults"]).Order(StringComparer.Ordinal));

    [Fact]
    public void Should_have_files_that_fit_into_one_head()
    {
        var files = Solution.Assemblies.Keys.SelectMany(module => Solution.Sources("*.cs", module)).ToList();
        Assert.NotEmpty(files);
        Assert.DoesNotContain(files, file => File.ReadLines(Path.Combine(Solution.Root, file)).Count() > MostLines);
    }

    [GeneratedRegex("""^Project\("[^"]+"\) = "[^"]+", "([^"]+\.csproj)",""", RegexOptions.Multiline)]
    private static partial Regex ProjectLine();
}
