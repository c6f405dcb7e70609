using Markdig;
using Markdig.Extensions.EmphasisExtras;
using Markdig.Syntax;

namespace Bus.Ingress.Delivery;

/// <summary>Text for a chat platform out of what a model wrote.</summary>
internal static class MarkdownText
{
    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder()
        .UsePipeTables()
        .UseTaskLists()
        .UseAutoLinks()
        .UseEmphasisExtras(EmphasisExtraOptions.Strikethrough)
        .UseCjkFriendlyEmphasis()
        .Use<TableAfterText>()
        .Build();

    /// <summary>
    /// Reads Markdown. Every word of it is in the text; what cannot be parsed is there as it was written, without styles.
    /// </summary>
    public static RichText Read(string markdown)
    {
        var clean = CleanText.Of(markdown);
        return Parse(clean) is { } document ? BlockWriter.Write(document) : PlainOf(clean);
    }

    /// <summary>Text as it was written, without what a platform refuses.</summary>
    public static RichText Plain(string text) => PlainOf(CleanText.Of(text));

    private static RichText PlainOf(string clean) => new(clean.TrimEnd(), []);

    private static MarkdownDocument? Parse(string markdown)
    {
        if (!MarkdownCost.IsBearable(markdown))
            return null;

        try
        {
            return Markdown.Parse(markdown, Pipeline);
        }
        catch (ArgumentException)
        {
            // So it says that something is nested too deeply.
            return null;
        }
    }
}
