using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Gateway;

public sealed class The_command_for_keys
{
    [Fact]
    public async Task Should_tell_what_each_master_key_is_needed_for_and_what_is_lost()
    {
        await using var system = await TestSystem.Create();
        Assert.Equal(
            (0, "No master key is set (BUS_MASTER_KEYS or JWT_SECRET), and none is needed yet.\n", ""), await HostProcess.Command(system.Environment, "keys", "list"));
        await system.Database.AddModel(Vaults.Of("old"), "GPT-4", Vaults.Secret, "another-secret-of-it");
        await system.Database.AddModel(Vaults.Of("lost"), "Left\u001b[2J\nbehind", Vaults.Secret);

        var settings = new Dictionary<string, string?>(system.Environment)
        {
            ["BUS_MASTER_KEYS"] = Vaults.Setting("new", "old"),
            ["JWT_SECRET"] = new string('s', 32),
        };
        var lost = "1 cannot be decrypted:\n  Left\uFFFD[2J behind (sk-…wxyz) needs the master key lost, which is not set\n";
        Assert.Equal((0, $"new  0 keys, encrypts\nold  2 keys\njwt  0 keys\nlost  1 keys, not set\n{lost}", ""), await HostProcess.Command(settings, "keys", "list"));
        Assert.Equal((1, $"2 encrypted anew with the master key new, 0 were before\n{lost}", ""), await HostProcess.Command(settings, "keys", "rotate"));
        Assert.Equal((0, $"new  2 keys, encrypts\nold  0 keys\njwt  0 keys\nlost  1 keys, not set\n{lost}", ""), await HostProcess.Command(settings, "keys", "list"));
        Assert.Equal(1, await system.Scalar<long>("select count(*) from mt_events where data ->> 'Action' = 'provider_keys.rotated'"));
    }

    [Fact]
    public async Task Should_say_in_a_line_what_is_wrong()
    {
        await using var system = await TestSystem.Create();
        Assert.Equal(
            (1, "", "BUS_MASTER_KEYS or JWT_SECRET must be set: there is no master key to encrypt keys of providers with.\n"),
            await HostProcess.Command(system.Environment, "keys", "rotate"));
        var wrong = new Dictionary<string, string?>(system.Environment) { ["BUS_MASTER_KEYS"] = "a:secret" };
        var (code, said, errors) = await HostProcess.Command(wrong, "keys", "list");
        Assert.Equal((1, "", "BUS_MASTER_KEYS must have 32 bytes in base64 for each key, as `openssl rand -base64 32` makes them; a has not.\n"), (code, said, errors));
        var (start, output) = await HostProcess.RunToEnd(wrong);
        Assert.Equal(1, start);
        Assert.Contains("BUS_MASTER_KEYS must have 32 bytes", output, StringComparison.Ordinal);
        Assert.DoesNotContain("a:secret", output, StringComparison.Ordinal);
    }
}
