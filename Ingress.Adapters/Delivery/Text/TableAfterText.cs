using System.Text.RegularExpressions;
using Markdig;
using Markdig.Helpers;
using Markdig.Parsers;
using Markdig.Renderers;
using Markdig.Syntax;

namespace Bus.Ingress.Delivery;

/// <summary>
/// Lets a table follow a line of text. Markdig wants an empty line between them, but models leave it out and GitHub
/// does without it.
/// </summary>
internal sealed partial class TableAfterText : BlockParser, IMarkdownExtension
{
    /// <summary>Looks at lines that begin as rows do.</summary>
    public TableAfterText() => OpeningCharacters = ['|'];

    /// <inheritdoc />
    public void Setup(MarkdownPipelineBuilder pipeline) => pipeline.BlockParsers.Insert(0, this);

    /// <inheritdoc />
    public void Setup(MarkdownPipeline pipeline, IMarkdownRenderer renderer)
    {
    }

    /// <inheritdoc />
    public override BlockState TryOpen(BlockProcessor processor)
    {
        if (processor.CurrentBlock is not ParagraphBlock { Lines.Count: > 0 } text || HasRow(text) || !IsHead(processor.Line))
            return BlockState.None;

        processor.NewBlocks.Push(new ParagraphBlock(processor.Parsers.FindExact<ParagraphBlockParser>()));
        return BlockState.Continue;
    }

    private static bool HasRow(ParagraphBlock text) => text.Lines.Lines[text.Lines.Count - 1].Slice.IndexOf('|') >= 0;

    // The rule below the head makes it one; the line is a window on the whole text.
    private static bool IsHead(StringSlice line)
    {
        var next = Math.Min(line.End + 2, line.Text.Length);
        var length = line.Text.AsSpan(next).IndexOf('\n');
        return TableRule().IsMatch(length < 0 ? line.Text.AsSpan(next) : line.Text.AsSpan(next, length));
    }

    [GeneratedRegex(@"^[ >]*\|(\s*:?-+:?\s*\|)*\s*(:?-+:?\s*)?$", RegexOptions.CultureInvariant)]
    private static partial Regex TableRule();
}
