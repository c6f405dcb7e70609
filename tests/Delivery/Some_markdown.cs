using FsCheck;
using FsCheck.Fluent;

namespace Bus.Tests.Delivery;

/// <summary>Generates what models write, well and badly.</summary>
internal static class Some_markdown
{
    // Words are plain: letters and digits only, so that they can be found again in the text.
    private static readonly Gen<string> Word = Gen.Elements(
        "one", "Two", "x1", "straße", "Москва", "שלום", "مرحبا", "你好", "こんにちは", "2024", "naïve", "a");

    private static readonly Gen<string> Ornament = Gen.Elements(
        "😀", "👩‍👩‍👧", "🇩🇪", "e\u0301\u0302\u0303\u0304", "—", "…", "!", "*", "**", "_", "`", "~~", "[", "](", "|", "&", "<", ">", "\\", "$", "\u200F");

    private static readonly Gen<string> Words = Joined(Gen.Frequency((8, Word), (1, Ornament)), 12);

    private static readonly Gen<string> Language = Gen.Elements("", "python", "c#", "c++", "{.x}");

    private static readonly Gen<string> Inline = Joined(
        Gen.Frequency(
            (6, Words),
            (1, Words.Select(words => $"**{words}**")),
            (1, Words.Select(words => $"*{words}*")),
            (1, Words.Select(words => $"***{words} **x1** {words}*")),
            (1, Word.Select(word => $"~~{word}~~")),
            (1, Word.Select(word => $"`{word} {word}`")),
            (1, Words.Select(words => $"**{words}")),
            (1, Word.Select(word => $"[{word} **{word}**](https://a.b/c)")),
            (1, Word.Select(word => $"[{word}](/two)")),
            (1, Word.Select(word => $"![{word}](https://a.b/d)")),
            (1, Word.Select(word => $"<b>{word}</b><br>")),
            (1, Word.Select(word => $"&lt;{word}&amp;"))),
        6);

    private static readonly Gen<string> Code = Joined(Gen.OneOf(Words, Gen.Constant("\n    "), Gen.Constant("\n\n")), 30).Select(code => code.Replace("`", "", StringComparison.Ordinal));

    private static readonly Gen<string> Block = Gen.Frequency(
        (6, Inline),
        (1, Gen.Zip(Gen.Choose(1, 6), Inline, (level, text) => $"{new string('#', level)} {text}")),
        (2, Gen.Zip(Language, Code, (language, code) => $"```{language}\nx1 {code}\n```")),
        (1, Inline.NonEmptyListOf().Select(items => string.Join('\n', items.Take(20).Select((item, i) => $"{new string(' ', i % 3 * 2)}- {item}")))),
        (1, Inline.NonEmptyListOf().Select(items => string.Join('\n', items.Take(9).Select((item, i) => $"{i + 1}. {item}")))),
        (1, Inline.NonEmptyListOf().Select(items => string.Join('\n', items.Take(9).Select((item, i) => $"- [{(i % 2 == 0 ? " " : "x")}] {item}")))),
        (1, Gen.Zip(Inline, Code, (text, code) => Quoted($"{text}\n\n> {text}\n```\n{code}\n```\n{text}"))),
        (1, Word.Three().Select(cells => $"| {cells.Item1} | **{cells.Item2}** |\n|---|:-:|\n| {cells.Item3} | {cells.Item1} |")),
        (1, Gen.Constant("---")),
        (1, Words.Select(words => $"<div>\n{words}\n</div>")),
        (1, Code.Select(code => $"    {code}")));

    /// <summary>Documents, some of which end in the middle of code.</summary>
    public static readonly Gen<string> Documents = Gen.Zip(
        Block.NonEmptyListOf(), Gen.Elements("", "", "\n\n```python\nx1 = 2\n\n    y", "\n\n**x1", "\n\n| a | b |\n|---"),
        (blocks, end) => string.Join("\n\n", blocks) + end);

    private static Gen<string> Joined(Gen<string> pieces, int most) =>
        pieces.NonEmptyListOf().Select(list => string.Join(' ', list.Take(most)));

    private static string Quoted(string text) => "> " + text.Replace("\n", "\n> ", StringComparison.Ordinal);
}
