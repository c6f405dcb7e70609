using Bus.Llm;
using Bus.Llm.Vault;
using Xunit;

namespace Bus.Tests.Gateway;

public sealed class Setting_master_keys
{
    private const string Good = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";
    private static readonly string Secret = new('s', 32);
    private static readonly string Long = new('a', 32);

    private readonly KeyBinding binding = Vaults.Binding();

    [Fact]
    public void Should_seal_with_the_first_and_open_with_all()
    {
        var vault = Vaults.With(("BUS_MASTER_KEYS", $" b-2 : {Vaults.Key("b")} , {Long}:{Vaults.Key("a")}"), ("JWT_SECRET", Secret));
        Assert.Equal(["b-2", Long, "jwt"], vault.Ids);
        Assert.Equal("b-2", vault.ActiveId);
        var jwt = Vaults.With(("JWT_SECRET", Secret)).Seal("x", binding);
        Assert.Equal("x", vault.Open(jwt, binding));
    }

    [Fact]
    public void Should_be_done_by_the_secret_of_the_deployment_where_there_is_no_other()
    {
        var vault = Vaults.With(("BUS_MASTER_KEYS", " "), ("JWT_SECRET", Secret));
        Assert.Equal((true, "jwt"), (vault.CanSeal, vault.ActiveId));
        var text = vault.Seal("x", binding);
        Assert.Equal("x", Vaults.With(("JWT_SECRET", Secret)).Open(text, binding));
        Assert.Null(Vaults.With(("JWT_SECRET", new string('t', 32))).Open(text, binding));
    }

    [Fact]
    public void Should_be_needed_for_sealing()
    {
        var vault = Vaults.With(("BUS_MASTER_KEYS", ""), ("JWT_SECRET", ""));
        Assert.False(vault.CanSeal);
        Assert.Equal(
            "BUS_MASTER_KEYS or JWT_SECRET must be set: there is no master key to encrypt keys of providers with.",
            Assert.Throws<InvalidOperationException>(() => vault.Seal("x", binding)).Message);
    }

    [Theory]
    [InlineData("secretnoid", "BUS_MASTER_KEYS must be keys as id:base64, separated by commas; number 1 is none.")]
    [InlineData($"a:{Good},", "BUS_MASTER_KEYS must be keys as id:base64, separated by commas; number 2 is none.")]
    [InlineData($"a:{Good},,b:{Good}", "BUS_MASTER_KEYS must be keys as id:base64, separated by commas; number 2 is none.")]
    [InlineData($":{Good}", "BUS_MASTER_KEYS must name each key with 1 to 32 small letters, digits and hyphens, a hyphen not first; number 1 is named otherwise.")]
    [InlineData($"-a:{Good}", "BUS_MASTER_KEYS must name each key with 1 to 32 small letters, digits and hyphens, a hyphen not first; number 1 is named otherwise.")]
    [InlineData($"SECRET:{Good}", "BUS_MASTER_KEYS must name each key with 1 to 32 small letters, digits and hyphens, a hyphen not first; number 1 is named otherwise.")]
    [InlineData($"a.b:{Good}", "BUS_MASTER_KEYS must name each key with 1 to 32 small letters, digits and hyphens, a hyphen not first; number 1 is named otherwise.")]
    [InlineData($"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa:{Good}", "BUS_MASTER_KEYS must name each key with 1 to 32 small letters, digits and hyphens, a hyphen not first; number 1 is named otherwise.")]
    [InlineData($"jwt:{Good}", "BUS_MASTER_KEYS must not name a key jwt: that is the one that follows from JWT_SECRET.")]
    [InlineData($"a:{Good},b:{Good},a:{Good}", "BUS_MASTER_KEYS has two keys with the name a.")]
    [InlineData("a:", "BUS_MASTER_KEYS must have 32 bytes in base64 for each key, as `openssl rand -base64 32` makes them; a has not.")]
    [InlineData("a:SECRET-no-base64", "BUS_MASTER_KEYS must have 32 bytes in base64 for each key, as `openssl rand -base64 32` makes them; a has not.")]
    [InlineData("a:MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MA==", "BUS_MASTER_KEYS must have 32 bytes in base64 for each key, as `openssl rand -base64 32` makes them; a has not.")]
    [InlineData("a:MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDEy", "BUS_MASTER_KEYS must have 32 bytes in base64 for each key, as `openssl rand -base64 32` makes them; a has not.")]
    [InlineData("a:MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=", "BUS_MASTER_KEYS must have 32 bytes in base64 for each key, as `openssl rand -base64 32` makes them; a has not.")]
    public void Should_be_refused_by_name_and_never_shown_when_wrong(string given, string explanation)
    {
        var refused = Assert.Throws<LlmSettingException>(() => Vaults.With(("BUS_MASTER_KEYS", given)));
        Assert.Equal((explanation, "BUS_MASTER_KEYS"), (refused.Message, refused.Setting));
        Assert.Null(refused.InnerException);
    }

    [Fact]
    public void Should_want_a_secret_of_the_deployment_that_cannot_be_guessed() => Assert.Equal(
        "JWT_SECRET must have 32 characters or more.",
        Assert.Throws<LlmSettingException>(() => Vaults.With(("BUS_MASTER_KEYS", $"a:{Good}"), ("JWT_SECRET", new string('s', 31)))).Message);
}
