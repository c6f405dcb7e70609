using System.Xml.Linq;
using Microsoft.Extensions.Hosting;
using Xunit;

namespace Bus.Tests.Architecture;

public sealed class Modules
{
    public static readonly TheoryData<string> Features = new(Solution.Features);

    public static readonly TheoryData<string> WithModule = new(Solution.Features.Append("EventStore").Append("Messaging"));

    [Theory]
    [InlineData("Contracts")]
    [InlineData("EventStore")]
    [InlineData("Messaging", "Contracts", "EventStore")]
    public void Should_stand_on_the_ground_in_one_order(string project, params string[] mayUse)
    {
        Assert.Subset(new HashSet<string>(mayUse), References(project));
        Assert.Subset(new HashSet<string>(mayUse.Select(name => Solution.Assemblies[name])), OwnAssemblies(project));
    }

    [Theory, MemberData(nameof(Features))]
    public void Should_meet_only_in_the_ground(string project)
    {
        Assert.Subset(new HashSet<string>(Solution.Ground), References(project));
        Assert.Subset(new HashSet<string>(Solution.Ground.Select(name => Solution.Assemblies[name])), OwnAssemblies(project));
    }

    [Fact]
    public void Should_need_nothing_to_speak_the_contracts()
    {
        Assert.Empty(Project("Contracts").Descendants("PackageReference"));
        Assert.Empty(Project("Contracts").Descendants("FrameworkReference"));
        Assert.All(Solution.Load("Contracts").GetReferencedAssemblies(), used => Assert.StartsWith("System.", used.Name, StringComparison.Ordinal));
    }

    [Theory, MemberData(nameof(WithModule))]
    public void Should_each_show_one_way_to_add_it(string project)
    {
        var module = Assert.Single(Solution.Load(project).GetExportedTypes(), type => type.Name.EndsWith("Module", StringComparison.Ordinal));

        Assert.True(module is { IsAbstract: true, IsSealed: true }, $"{module} is not static");
        var add = Assert.Single(module.GetMethods(), method =>
            method.IsStatic && method.Name.StartsWith("Add", StringComparison.Ordinal) && method.GetParameters()[0].ParameterType == typeof(IHostApplicationBuilder));
        Assert.Equal(typeof(IHostApplicationBuilder), add.ReturnType);
    }

    [Theory, MemberData(nameof(Features))]
    public void Should_be_named_after_their_namespace(string project) => Assert.All(
        Solution.Load(project).GetExportedTypes(),
        type => Assert.StartsWith(Solution.Assemblies[project], type.Namespace, StringComparison.Ordinal));

    private static XDocument Project(string project) => XDocument.Load(Path.Combine(Solution.Root, project, $"{project}.csproj"));

    private static HashSet<string> References(string project) =>
        [.. Project(project).Descendants("ProjectReference").Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/')))];

    private static HashSet<string> OwnAssemblies(string project) =>
        [.. Solution.Load(project).GetReferencedAssemblies().Select(used => used.Name!).Where(name => name.StartsWith("Bus.", StringComparison.Ordinal))];
}
