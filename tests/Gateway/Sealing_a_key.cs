using Bus.Llm.Vault;
using Bus.Tests.Support;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Bus.Tests.Gateway;

public sealed class Sealing_a_key
{
    private static readonly Config Thorough = Config.QuickThrowOnFailure.WithReplay(20261101, 1).WithMaxTest(500);

    private readonly KeyVault vault = Vaults.Of("new", "old");
    private readonly KeyBinding binding = Vaults.Binding(owner: Some.Id());

    [Fact]
    public void Should_be_undone_for_whom_it_was_done() => Check.One(Thorough, Prop.ForAll(
        Gen.Choose(1, 0x10FFFF).Where(rune => rune is < 0xD800 or > 0xDFFF).Select(char.ConvertFromUtf32).ListOf().Select(string.Concat).ToArbitrary(),
        secret => Assert.Equal(secret, vault.Open(vault.Seal(secret, binding), binding))));

    [Fact]
    public void Should_name_the_first_master_key_and_show_nothing_of_the_secret()
    {
        var text = vault.Seal(Vaults.Secret, binding);
        Assert.Matches("^v1\\.new\\.[A-Za-z0-9_-]+$", text);
        Assert.Equal(("new", "new", true), (KeyVault.MasterKeyOf(text), vault.ActiveId, vault.CanSeal));
        Assert.DoesNotContain("planted", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Should_give_another_text_each_time() =>
        Assert.Equal(1000, Enumerable.Range(0, 1000).Select(_ => vault.Seal("", binding)).Distinct().Count());

    [Fact]
    public void Should_be_undone_by_any_of_the_master_keys() =>
        Assert.Equal(Vaults.Secret, vault.Open(Vaults.Of("old").Seal(Vaults.Secret, binding), binding));

    [Fact]
    public void Should_not_be_undone_without_its_master_key()
    {
        var text = vault.Seal(Vaults.Secret, binding);
        Assert.Null(Vaults.Of("old", "third").Open(text, binding));
        Assert.Null(Vaults.With(("BUS_MASTER_KEYS", $"new:{Vaults.Key("another one")}")).Open(text, binding));
        Assert.Null(Vaults.With().Open(text, binding));
        Assert.Equal("new", KeyVault.MasterKeyOf(text));
    }

    [Fact]
    public void Should_not_be_undone_for_another_owner_address_or_key()
    {
        var text = vault.Seal(Vaults.Secret, binding);
        foreach (var other in new[]
        {
            binding with { Owner = null }, binding with { Owner = Some.Id() }, binding with { KeyId = Some.Id() }, binding with { BaseUrl = "https://api.example.org/v2" },
            binding with { BaseUrl = "" }, new KeyBinding(binding.KeyId, binding.BaseUrl, binding.Owner!.Value),
        })
        {
            Assert.Null(vault.Open(text, other));
        }
    }

    [Fact]
    public void Should_not_be_undone_once_a_character_is_changed()
    {
        var text = vault.Seal(Vaults.Secret, binding);
        // The last one has bits in it that stand for nothing.
        for (var i = 0; i < text.Length - 1; i++)
            Assert.Null(vault.Open($"{text[..i]}{(text[i] == 'A' ? 'B' : 'A')}{text[(i + 1)..]}", binding));
        for (var length = 0; length < text.Length; length++)
            Assert.Null(vault.Open(text[..length], binding));
    }

    [Theory]
    [InlineData("")]
    [InlineData("sk-planted-0123456789-wxyz")]
    [InlineData("v1.new")]
    [InlineData("v1.new.")]
    [InlineData("v1.new.AAAA")]
    [InlineData("v1.new.???")]
    [InlineData("v1.new.AAAA.AAAA")]
    [InlineData("v2.new.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("v1.new.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public void Should_not_be_undone_where_it_was_never_done(string text) => Assert.Null(vault.Open(text, binding));

    [Theory]
    [InlineData("sk-planted-0123456789-wxyz")]
    [InlineData("v1.New.AAAA")]
    [InlineData("v1.a b.AAAA")]
    [InlineData("v1.a\n.AAAA")]
    [InlineData("v1..AAAA")]
    public void Should_tell_no_master_key_where_there_is_none(string text) => Assert.Null(KeyVault.MasterKeyOf(text));
}
