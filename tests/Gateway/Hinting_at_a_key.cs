using Bus.Llm.Vault;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Bus.Tests.Gateway;

public sealed class Hinting_at_a_key
{
    private static readonly Config Thorough = Config.QuickThrowOnFailure.WithReplay(20261102, 1).WithMaxTest(2000).WithEndSize(60);

    // Mostly what keys are made of, with many hyphens, and anything else now and then.
    private static readonly Gen<string> Secrets = Gen.Frequency(
            (9, Gen.Elements("abcdefghijklmnopqrstuvwxyzABCDEFGH0123456789_---".ToCharArray()).ListOf()),
            (1, Gen.Choose(0, char.MaxValue).Select(code => (char)code).ListOf()))
        .Select(characters => string.Concat(characters));

    [Theory]
    [InlineData("sk-0123456789abcd", "sk-…abcd")]
    [InlineData("sk-ant-api03-0123456789abcd", "sk-…abcd")]
    [InlineData("sk-or-v1-0123456789abcd", "sk-…abcd")]
    [InlineData("gsk_0123456789abcd", "…abcd")]
    [InlineData("0123456-89abcdefghij", "0123456-…ghij")]
    [InlineData("01234567-9abcdefghij", "…ghij")]
    [InlineData("d3f0a1b2-1111-2222-3333-44445555abcd", "…abcd")]
    [InlineData("sk-0123456789", "…6789")]
    [InlineData("sk-456789012345", "sk-…2345")]
    [InlineData("sk-45678901234", "…1234")]
    [InlineData("0123456-9012", "…9012")]
    [InlineData("012345678901", "…8901")]
    [InlineData("01234567890", "…")]
    [InlineData("codegeex", "…")]
    [InlineData("", "…")]
    [InlineData("0123456789ab😀", "…")]
    [InlineData("0123456789ab\ncd", "…")]
    public void Should_show_its_maker_and_its_end(string secret, string hint) => Assert.Equal(hint, KeyHint.Of(secret));

    [Fact]
    public void Should_never_give_away_more() => Check.One(Thorough, Prop.ForAll(Secrets.ToArbitrary(), secret =>
    {
        var hint = KeyHint.Of(secret);
        var parts = hint.Split('…');
        Assert.Equal(2, parts.Length);
        if (secret.Length < 12)
            Assert.Equal("…", hint);
        Assert.True(parts[1].Length is 0 or 4, hint);
        Assert.True(parts[0].Length == 0 || (parts[0].Length <= 8 && parts[0].IndexOf('-', StringComparison.Ordinal) == parts[0].Length - 1), hint);
        Assert.StartsWith(parts[0], secret, StringComparison.Ordinal);
        Assert.EndsWith(parts[1], secret, StringComparison.Ordinal);
        // Whatever it is: at least eight characters stay unknown, or all of them.
        Assert.True(hint == "…" || secret.Length - parts[0].Length - parts[1].Length >= 8, $"{hint} of {secret.Length}");
    }));
}
