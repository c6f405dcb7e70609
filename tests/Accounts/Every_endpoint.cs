using Bus.Host;
using Bus.Host.Http;
using Bus.Messaging.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Xunit;

namespace Bus.Tests.Accounts;

public sealed class Every_endpoint
{
    [Fact]
    public async Task Should_say_who_may_use_it()
    {
        await using var app = Server.Build(Host.Roles.Parse(null));
        Assert.All(
            AccessRules.Endpoints(app),
            endpoint => Assert.Single(endpoint.Metadata, said => said is Needs or Open));
    }

    [Fact]
    public async Task Should_be_in_the_matrix_with_what_it_needs()
    {
        await using var app = Server.Build(Host.Roles.Parse(null));
        var served = AccessRules.Endpoints(app).SelectMany(endpoint => Methods(endpoint).Select(
            method => ($"{method} {Path(endpoint)}", endpoint.Metadata.GetMetadata<Needs>()?.Permission))).Distinct();

        Assert.Equal(
            AccessMatrix.Rows.Select(row => (row.Endpoint, row.Needs)).Distinct().OrderBy(row => row.Endpoint, StringComparer.Ordinal),
            served.OrderBy(row => row.Item1, StringComparer.Ordinal));
        Assert.All(AccessMatrix.Rows, row => Assert.Equal(AccessMatrix.Callers.Length, row.Outcomes.Count));
    }

    [Fact]
    public async Task Should_not_be_served_when_it_says_nothing_or_two_things()
    {
        await using (var app = WebApplication.CreateSlimBuilder().Build())
        {
            app.MapGet("/secret", () => "");
            Assert.Contains("/secret", Assert.Throws<InvalidOperationException>(app.Check).Message, StringComparison.Ordinal);
        }

        await using (var app = WebApplication.CreateSlimBuilder().Build())
        {
            app.MapGet("/both", () => "").Needs(Permissions.Chat).IsOpen("why not");
            Assert.Throws<InvalidOperationException>(app.Check);
        }

        await using (var app = WebApplication.CreateSlimBuilder().Build())
        {
            app.MapGroup("/group").Needs(Permissions.Chat).MapGet("/both", () => "").Needs(Permissions.ReadConversations);
            Assert.Throws<InvalidOperationException>(app.Check);
        }

        await using (var app = WebApplication.CreateSlimBuilder().Build())
        {
            app.MapGet("/one", () => "").Needs(Permissions.Chat);
            app.MapGet("/other", () => "").IsOpen("why not");
            app.Check();
        }
    }

    private static IEnumerable<string> Methods(RouteEndpoint endpoint) =>
        endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Where(method => method != "HEAD");

    private static string Path(RouteEndpoint endpoint) => "/" + endpoint.RoutePattern.RawText!.Trim('/');
}
