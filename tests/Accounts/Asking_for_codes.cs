using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using Bus.Tests.Support;
using Xunit;

namespace Bus.Tests.Accounts;

public sealed class Asking_for_codes(AccountsSystem shared)
{
    [Fact]
    public async Task Should_begin_when_a_code_was_seen_and_take_each_once()
    {
        var (_, host, other) = await shared.Get();
        var name = await shared.User();
        var (here, there) = (await host.Http.Tokens(name), await host.Http.Tokens(name));
        Assert.Equal(403, (await host.Http.Call("POST", "/api/auth/totp", new { password = "not this one" }, here.Access)).Status);
        var begun = await host.Http.Call("POST", "/api/auth/totp", new { password = AuthClient.Password }, here.Access);
        var secret = begun.Text("secret");
        Assert.Equal($"otpauth://totp/Bus:{name}?secret={secret}&issuer=Bus&digits=6&period=30", begun.Text("uri"));
        Assert.Equal(200, (await host.Http.LogIn(name)).Status); // not yet

        Assert.Equal(400, (await host.Http.Call("PUT", "/api/auth/totp", new { code = "000000" }, here.Access)).Status);
        var seen = Code(secret, -1);
        var enabled = await host.Http.Call("PUT", "/api/auth/totp", new { code = seen }, here.Access);
        Assert.Equal(200, enabled.Status);
        var recovery = enabled.Json.GetProperty("recovery_codes").EnumerateArray().Select(code => code.GetString()!).ToList();
        Assert.Equal(10, recovery.Distinct().Count());
        Assert.Equal((name, "401"), (await host.Http.Me(here.Access), await host.Http.Me(there.Access)));

        var missing = await host.Http.LogIn(name);
        Assert.Equal((401, "code is missing: this account asks for one."), (missing.Status, missing.Detail));
        Assert.Equal(401, (await host.Http.LogIn(name, code: seen)).Status);
        var code = Code(secret, 0);
        Assert.Equal(200, (await host.Http.LogIn(name, code: $"{code[..3]} {code[3..]}")).Status);
        var again = await other.Http.LogIn(name, code: code);
        Assert.Equal((401, "code is wrong, or was used before."), (again.Status, again.Detail));
        Assert.Equal(200, (await other.Http.LogIn(name, code: recovery[0])).Status);
        Assert.Equal(401, (await host.Http.LogIn(name, code: recovery[0])).Status);

        Assert.Equal(409, (await host.Http.Call("POST", "/api/auth/totp", new { password = AuthClient.Password }, here.Access)).Status);
        Assert.Equal(403, (await host.Http.Call("POST", "/api/auth/totp/removal", new { password = "not this one" }, here.Access)).Status);
        Assert.Equal(204, (await host.Http.Call("POST", "/api/auth/totp/removal", new { password = AuthClient.Password }, here.Access)).Status);
        Assert.Equal(200, (await host.Http.LogIn(name)).Status);
    }

    [Fact]
    public async Task Should_tell_nothing_to_who_does_not_know_the_password()
    {
        var (_, host, _) = await shared.Get();
        var (name, _) = await WithCodes(host);
        Assert.Equal((await host.Http.LogIn(shared.Name())).Detail, (await host.Http.LogIn(name, "another password")).Detail);
    }

    [Fact]
    public async Task Should_end_in_a_lock_for_who_guesses()
    {
        var (_, host, _) = await shared.Get();
        var (name, secret) = await WithCodes(host);
        for (var i = 0; i < 5; i++)
            Assert.Equal(401, (await host.Http.LogIn(name, code: "000000")).Status);
        Assert.Equal(401, (await host.Http.LogIn(name, code: Code(secret, 0))).Status);
    }

    [Fact]
    public async Task Should_end_with_a_password_from_an_administrator()
    {
        var (_, host, _) = await shared.Get();
        var (name, _) = await WithCodes(host);
        var admin = await host.Admin();
        var id = (await admin.Call("GET", "/api/users")).Json.GetProperty("users").EnumerateArray().Single(user => user.GetProperty("username").GetString() == name).GetProperty("id").GetString();
        Assert.Equal(204, (await admin.Call("PUT", $"/api/users/{id}/password", new { password = "what was agreed" })).Status);
        Assert.Equal(401, (await host.Http.LogIn(name)).Status);
        Assert.Equal(200, (await host.Http.LogIn(name, "what was agreed")).Status);
    }

    [Fact]
    public async Task Should_keep_what_makes_them_encrypted()
    {
        var (system, host, _) = await shared.Get();
        var (_, secret) = await WithCodes(host);
        Assert.Equal(0, await system.Scalar<long>($"select count(*) from account_tokens where value like '%{secret}%'"));
    }

    private async Task<(string Name, string Secret)> WithCodes(HostProcess host)
    {
        var name = await shared.User();
        var token = (await host.Http.Tokens(name)).Access;
        var secret = (await host.Http.Call("POST", "/api/auth/totp", new { password = AuthClient.Password }, token)).Text("secret");
        Assert.Equal(200, (await host.Http.Call("PUT", "/api/auth/totp", new { code = Code(secret, -1) }, token)).Status);
        return (name, secret);
    }

    /// <summary>As an app makes it (RFC 6238): of this half minute, or of one before or after it.</summary>
    private static string Code(string secret, int offset)
    {
        var step = (TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() / 30) + offset;
        var counter = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(counter, step);
#pragma warning disable CA5350 // apps use SHA-1
        var hash = HMACSHA1.HashData(Base32(secret), counter);
#pragma warning restore CA5350
        var number = BinaryPrimitives.ReadInt32BigEndian(hash.AsSpan(hash[^1] & 0xF)) & int.MaxValue;
        return (number % 1_000_000).ToString("000000", CultureInfo.InvariantCulture);
    }

    private static byte[] Base32(string text)
    {
        var bits = string.Concat(text.Select(c => Convert.ToString("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".IndexOf(c, StringComparison.Ordinal), 2).PadLeft(5, '0')));
        return [.. Enumerable.Range(0, bits.Length / 8).Select(i => Convert.ToByte(bits.Substring(i * 8, 8), 2))];
    }
}
