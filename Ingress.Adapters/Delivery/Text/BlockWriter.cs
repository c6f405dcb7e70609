using System.Globalization;
using Markdig.Extensions.Tables;
using Markdig.Extensions.TaskLists;
using Markdig.Syntax;

namespace Bus.Ingress.Delivery;

/// <summary>Writes the blocks of a document below each other.</summary>
internal sealed class BlockWriter
{
    private const string Rule = "———";
    private const int IndentationOfLevel = 2;
    private const int MostOfLanguage = 32;

    private readonly RichTextWriter writer = new();
    private readonly InlineWriter inlines;
    private readonly List<LinkReferenceDefinition> definitions = [];

    private BlockWriter() => inlines = new InlineWriter(writer);

    /// <summary>The document as text.</summary>
    public static RichText Write(MarkdownDocument document)
    {
        var blocks = new BlockWriter();
        blocks.WriteAll(document, 2);
        blocks.WriteUnusedDefinitions();
        return blocks.writer.ToRichText();
    }

    private void WriteAll(ContainerBlock blocks, int breaks)
    {
        foreach (var block in blocks)
        {
            if (block != blocks[0])
                writer.Break(breaks);
            Write(block);
        }
    }

    private void Write(Block block)
    {
        switch (block)
        {
            case HeadingBlock heading:
                writer.Open(TextStyle.Bold);
                inlines.Write(heading.Inline);
                writer.Close(TextStyle.Bold);
                break;
            case FencedCodeBlock fenced:
                WriteCode(fenced.Lines.ToString(), LanguageOf(fenced.Info));
                break;
            case CodeBlock code:
                WriteCode(code.Lines.ToString(), null);
                break;
            case HtmlBlock html:
                writer.WriteLines(InlineWriter.LineBreakTag().Replace(html.Lines.ToString(), "\n"));
                break;
            case ThematicBreakBlock:
                writer.Write(Rule);
                break;
            case LeafBlock leaf and not LinkReferenceDefinition:
                inlines.Write(leaf.Inline);
                break;
            case Table table:
                WriteCode(TableText.Of(table, PlainTextOf), null);
                break;
            case QuoteBlock quote:
                writer.Open(TextStyle.Quote);
                WriteAll(quote, 2);
                writer.Close(TextStyle.Quote);
                break;
            case ListBlock list:
                WriteList(list);
                break;
            case LinkReferenceDefinition definition:
                definitions.Add(definition);
                break;
            case ContainerBlock container:
                WriteAll(container, 2);
                break;
        }
    }

    private void WriteCode(string code, string? language)
    {
        var first = WhiteSpace.FirstVisible(code, 0);
        if (first == code.Length)
            return;

        // Empty lines around it go; what its first line is indented by stays.
        var lineStart = code.LastIndexOf('\n', first) + 1;
        writer.WriteCode(TextStyle.Pre, code[lineStart..].TrimEnd(), language);
    }

    private static string? LanguageOf(string? info)
    {
        var language = new string([.. (info ?? "").Where(character => char.IsAsciiLetterOrDigit(character) || character is '+' or '-' or '#' or '.').Take(MostOfLanguage)]);
        return language.Length > 0 ? language : null;
    }

    private void WriteList(ListBlock list)
    {
        var breaks = list.IsLoose ? 2 : 1;
        var number = long.TryParse(list.OrderedStart, CultureInfo.InvariantCulture, out var first) ? first : 1;
        foreach (var item in list.OfType<ListItemBlock>())
        {
            if (item != list[0])
                writer.Break(breaks);
            writer.BeginLine();
            if (list.IsOrdered)
                writer.Write($"{number++}{list.OrderedDelimiter} ");
            else if (!IsTask(item))
                writer.Write("• ");

            writer.Indentation += IndentationOfLevel;
            WriteAll(item, breaks);
            writer.Indentation -= IndentationOfLevel;
        }
    }

    private static bool IsTask(ListItemBlock item) => item is [ParagraphBlock { Inline.FirstChild: TaskList }, ..];

    // In a block of code nothing can be styled, and nothing leads anywhere.
    private static string PlainTextOf(LeafBlock cell)
    {
        var plain = new RichTextWriter();
        new InlineWriter(plain, links: false).Write(cell.Inline);
        return plain.ToRichText().Text;
    }

    // Models write lists of sources as definitions that nothing refers to. CommonMark would not show them.
    private void WriteUnusedDefinitions()
    {
        writer.Break(2);
        foreach (var definition in definitions.Where(definition => !inlines.Used.Contains(definition)))
        {
            var title = string.IsNullOrEmpty(definition.Title) ? "" : $" \"{definition.Title}\"";
            writer.Write($"[{definition.Label}]: {definition.Url}{title}");
            writer.Break(1);
        }
    }
}
