using System.Diagnostics;
using System.Text.Json;
using Bus.Contracts;
using Bus.Ingress.Delivery;
using Bus.Ingress.Discord.Delivery;
using Bus.Tests.Architecture;
using Bus.Tests.Delivery;
using FsCheck.Fluent;
using Xunit;

namespace Bus.Tests.Discord;

/// <summary>What a model wrote, in Discord's own Markdown.</summary>
public sealed class Writing_for_Discord
{
    private const int Documents = 600;

    [Theory]
    [InlineData("**bold** and *slanted*", "**bold** and _slanted_")]
    [InlineData("a **bold***slanted* b", "a **bold**_slanted_ b")]
    [InlineData("2 * 3 * 4 and snake_case_name", "2 * 3 * 4 and snake_case_name")]
    [InlineData("\\*not slanted\\* \\_nor this\\_", "\\*not slanted\\* \\_nor this\\_")]
    [InlineData("~~gone~~ ~ ||x||", "~~gone~~ ~ \\|\\|x\\|\\|")]
    [InlineData("[a **link**](https://a.b/c_d_e)", "[a **link**](<https://a.b/c_d_e>)")]
    [InlineData("see https://a.b/c_d_e_f", "see https://a.b/c_d_e_f")]
    [InlineData("`code` and ``a`b``", "`code` and ``a`b``")]
    [InlineData("# Heading", "**Heading**")]
    [InlineData("> quoted\n> more\n\nafter", "> quoted\n> more\n\nafter")]
    [InlineData("```js\nlet a;\n```\nafter", "```js\nlet a;\n```\n\nafter")]
    [InlineData("<@123> @everyone", "\\<@123> @everyone")]
    [InlineData("\\# no heading", "\\# no heading")]
    public void Should_be_written_so(string markdown, string written) =>
        Assert.Equal(written, string.Join('\n', DiscordText.Parts(markdown).Select(DiscordMarkup.Write)));

    [Fact]
    public async Task Should_be_read_by_others_as_it_was_meant()
    {
        var parts = Some_markdown.Documents.Sample(Documents, 50).SelectMany(markdown => DiscordText.Parts(markdown, ReplyParts.MarkLength)).ToList();
        var shown = await Read([.. parts.Select(DiscordMarkup.Write)]);

        Assert.True(parts.Count >= Documents);
        Assert.All(parts.Zip(shown), pair => Assert.Equal(Visible(pair.First.Text), Visible(pair.Second)));
    }

    [Fact]
    public void Should_fit_into_messages_whatever_it_is()
    {
        string[] hard = [new string('*', 20_000), string.Concat(Enumerable.Repeat("_ ", 9000)), string.Join(' ', Enumerable.Range(0, 300).Select(n => $"[l{n}](https://example.org/{new string('x', 200)})")),
            $"```\n{new string('`', 5000)}\n```", string.Join("\n\n", Enumerable.Range(0, 2000).Select(n => $"> **q{n}**"))];
        foreach (var markdown in hard.Concat(Some_markdown.Documents.Sample(Documents, 51)))
            Assert.All(DiscordText.Parts(markdown, ReplyParts.MarkLength), part => Assert.InRange(DiscordMarkup.Write(part).Length, 1, Limits.LongestDiscordText - ReplyParts.MarkLength));
    }

    [Fact]
    public void Should_go_on_as_code_in_the_next_message()
    {
        var lines = Enumerable.Range(1, 400).Select(number => $"let value{number} = {number};").ToList();
        var written = DiscordText.Parts($"Look:\n\n```js\n{string.Join('\n', lines)}\n```\n\nThat is all.").Select(DiscordMarkup.Write).ToList();

        Assert.True(written.Count >= 3);
        Assert.All(written.Skip(1), message => Assert.StartsWith("```js\n", message, StringComparison.Ordinal));
        Assert.All(written.SkipLast(1), message => Assert.EndsWith("\n```", message, StringComparison.Ordinal));
        Assert.Equal(lines, written.SelectMany(message => message.Split('\n')).Where(line => line.StartsWith("let ", StringComparison.Ordinal)));
    }

    /// <summary>As a reader of Discord's Markdown shows them that is none of ours (tests/clients).</summary>
    private static async Task<IReadOnlyList<string>> Read(IReadOnlyList<string> messages)
    {
        var start = new ProcessStartInfo("node", [Path.Combine(Solution.Root, "tests/clients/discord/read.mjs")]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        using var node = Process.Start(start)!;
        var reading = node.StandardOutput.ReadToEndAsync();
        await node.StandardInput.WriteAsync(JsonSerializer.Serialize(messages));
        node.StandardInput.Close();
        return JsonSerializer.Deserialize<List<string>>(await reading)!;
    }

    /// <summary>Without white space, and what takes none.</summary>
    private static string Visible(string text) => string.Concat(text.Where(c => !char.IsWhiteSpace(c) && c != '\u200B'));
}
