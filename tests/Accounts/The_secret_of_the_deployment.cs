using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Accounts;

public sealed class The_secret_of_the_deployment
{
    [Fact]
    public async Task Should_protect_by_one_key_however_many_processes_come_first()
    {
        await using var system = await TestSystem.Create();
        var processes = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => HostProcess.Start(system.Environment, "ingress")));
        Assert.Equal(1, await system.Scalar<long>("select count(*) from protection_keys"));
        foreach (var process in processes)
        {
            Assert.Contains("JWT_SECRET is not set", process.Output, StringComparison.Ordinal);
            await process.DisposeAsync();
        }
    }

    private static readonly string Secret = new('s', 32);

    [Fact]
    public async Task Should_encrypt_what_protects_and_be_the_same_at_the_next_start()
    {
        await using var system = await TestSystem.Create(new Dictionary<string, string?> { ["JWT_SECRET"] = Secret });
        var host = await system.AddProcess("ingress");
        var first = await host.Http.Register("Anna");
        var login = (await host.Http.Tokens("Anna")).Access;
        var begun = await host.Http.Call("POST", "/api/auth/totp", new { password = AuthClient.Password }, login);
        Assert.Equal((201, 200), (first.Status, begun.Status));
        var kept = await system.Scalar<string>("select string_agg(body, ' ') from protection_keys");
        Assert.StartsWith("aes:", kept, StringComparison.Ordinal);
        Assert.DoesNotContain("masterKey", kept, StringComparison.Ordinal);
        await host.Terminate();

        var again = await system.AddProcess("ingress");
        Assert.Equal(400, (await again.Http.Call("PUT", "/api/auth/totp", new { code = "000000" }, login)).Status); // what is kept of it can be read

        foreach (var (wrong, explanation) in new[]
        {
            (new string('x', 32), "JWT_SECRET is another one than that with which the keys in the database are encrypted."),
            (null, "JWT_SECRET is not set, and the database has keys that are encrypted with one."),
        })
        {
            var (code, output) = await HostProcess.RunToEnd(new Dictionary<string, string?>(system.Environment) { ["JWT_SECRET"] = wrong });
            Assert.Equal(1, code);
            Assert.Contains(explanation, output, StringComparison.Ordinal);
        }
    }
}
