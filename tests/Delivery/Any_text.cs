using System.Text.RegularExpressions;
using Bus.Ingress.Delivery;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Bus.Tests.Delivery;

/// <summary>What holds for whatever a model writes.</summary>
public sealed partial class Any_text
{
    private const int MostSpans = 100;

    // From a fixed seed: a build that fails fails again.
    private static readonly Config Thorough = Config.QuickThrowOnFailure.WithReplay(20260801, 1).WithMaxTest(1000).WithEndSize(60);

    // Any code units at all, with more of those that mean something.
    private static readonly Gen<string> Strings = Gen.Frequency(
            (4, Gen.Elements("*_~`[]()!<>&|#-+=:.\\\" \n\t0123abcdefgh".ToCharArray())),
            (1, Gen.Elements("\0\u0001\r\u0085\u00A0\u200B\u200D\u200F\u2028\u202E\u0301\uFE0F\uFEFF。שア".ToCharArray())),
            (1, Gen.Elements("\uD83D\uDE00\uD83D\uDC69\uDBFF\uDFFF".ToCharArray())),
            (1, Gen.Choose(0, char.MaxValue).Select(code => (char)code)))
        .ListOf().Select(characters => string.Concat(characters));

    private static readonly Gen<int> Limits = Gen.Frequency((3, Gen.Choose(4, 12)), (3, Gen.Choose(13, 200)), (1, Gen.Constant(4096)));

    [Fact]
    public void Should_become_text_that_platforms_take() =>
        Check.One(Thorough, Prop.ForAll(Strings.ToArbitrary(), text => Rules.AreKept(MarkdownText.Read(text))));

    [Fact]
    public void Should_become_text_that_platforms_take_when_it_is_markdown() =>
        Check.One(Thorough, Prop.ForAll(Some_markdown.Documents.ToArbitrary(), text => Rules.AreKept(MarkdownText.Read(text))));

    [Fact]
    public void Should_keep_every_word_in_order() => Check.One(Thorough, Prop.ForAll(
        Some_markdown.Documents.ToArbitrary(), markdown => Assert.Equal(LettersOf(markdown), LettersOf(MarkdownText.Read(markdown).Text))));

    [Fact]
    public void Should_be_split_without_a_loss() =>
        Check.One(Thorough, Prop.ForAll(Gen.Zip(Strings, Limits).ToArbitrary(), drawn => IsSplit(MarkdownText.Read(drawn.Item1), drawn.Item2, MostSpans)));

    [Fact]
    public void Should_be_split_without_a_loss_when_it_is_markdown() => Check.One(Thorough, Prop.ForAll(
        Gen.Zip(Some_markdown.Documents, Gen.Zip(Limits, Gen.Choose(0, 12))).ToArbitrary(),
        drawn => IsSplit(MarkdownText.Read(drawn.Item1), drawn.Item2.Item1, drawn.Item2.Item2)));

    [Fact]
    public void Should_be_split_without_a_loss_when_it_is_plain() =>
        Check.One(Thorough, Prop.ForAll(Gen.Zip(Strings, Limits).ToArbitrary(), drawn => IsSplit(MarkdownText.Plain(drawn.Item1), drawn.Item2, MostSpans)));

    [Fact]
    public void Should_go_on_in_the_next_part_as_it_was() => Check.One(Thorough, Prop.ForAll(
        Gen.Zip(Some_markdown.Documents, Gen.Choose(8, 100)).ToArbitrary(), drawn =>
        {
            var text = WhiteSpace.Shorten(MarkdownText.Read(drawn.Item1), drawn.Item2 / 2 - 1);
            Rules.GoOn(text, TextParts.Split(text, drawn.Item2, int.MaxValue));
        }));

    [Fact]
    public void Should_be_cut_where_it_was_cut_when_it_grows() => Check.One(Thorough, Prop.ForAll(
        Gen.Zip(Some_markdown.Documents, Gen.Choose(8, 100)).ToArbitrary(), drawn =>
        {
            var (text, limit) = (MarkdownText.Plain(drawn.Item1), drawn.Item2);
            text = WhiteSpace.Shorten(text, limit / 2 - 1);
            var length = limit + 2;
            if (text.Text.Length > length && !WhiteSpace.IsBlank(text.Text[length - 1]) && !char.IsSurrogate(text.Text[length - 1]))
                Assert.Equal(TextParts.Split(text, limit)[0].Text, TextParts.Split(text with { Text = text.Text[..length] }, limit)[0].Text);
        }));

    private static void IsSplit(RichText text, int limit, int mostSpans)
    {
        var parts = TextParts.Split(text, limit, mostSpans);
        var held = WhiteSpace.Shorten(text, limit / 2 - 1);
        if (WhiteSpace.LastVisible(text.Text) < 0)
            Assert.Empty(parts);
        else
            Rules.AreKept(held, parts, limit, mostSpans);
    }

    // Not word by word: the marks between two words may be all that divides them.
    private static string LettersOf(string text) => string.Concat(NoWords().Replace(text, " ").Where(char.IsLetterOrDigit));

    // Addresses and languages, which lie in the spans; entities, line breaks and ticks; numbers of items, which are
    // given anew when two lists become one.
    [GeneratedRegex(@"(?<=\])\(https://[^)]*\)|(?<=^[> ]*```)\S+|&(?:lt|amp);|<br>|\[x\]|^[> ]*\d+\.(?=\s)", RegexOptions.Multiline)]
    private static partial Regex NoWords();
}
