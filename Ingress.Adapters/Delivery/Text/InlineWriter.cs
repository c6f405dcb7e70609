using System.Text.RegularExpressions;
using Markdig.Extensions.TaskLists;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace Bus.Ingress.Delivery;

/// <summary>Writes what stands within a block.</summary>
/// <param name="writer">Where to.</param>
/// <param name="links">Whether text can lead somewhere; otherwise the address is written behind it.</param>
internal sealed partial class InlineWriter(RichTextWriter writer, bool links = true)
{
    private readonly Stack<int> linkStarts = [];

    /// <summary>Definitions of addresses that were shown or lie behind text.</summary>
    public HashSet<LinkReferenceDefinition> Used { get; } = [];

    /// <summary>A line break in HTML.</summary>
    [GeneratedRegex(@"<br\s*/?>", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    public static partial Regex LineBreakTag();

    /// <summary>Writes all of it. Without recursion: emphasis may be nested thousands deep.</summary>
    public void Write(ContainerInline? root)
    {
        var inline = root?.FirstChild;
        while (inline is not null)
        {
            Enter(inline);
            if (inline is ContainerInline { FirstChild: { } child })
            {
                inline = child;
                continue;
            }

            Leave(inline);
            while (inline.NextSibling is null && inline.Parent is { } parent && parent != root)
                Leave(inline = parent);
            inline = inline.NextSibling;
        }
    }

    private void Enter(Inline inline)
    {
        switch (inline)
        {
            case LiteralInline literal:
                writer.Write(literal.Content.AsSpan());
                break;
            case LineBreakInline:
                writer.NewLine();
                break;
            case CodeInline code:
                WriteCode(code.Content);
                break;
            case HtmlEntityInline entity:
                writer.Write(entity.Transcoded.AsSpan());
                break;
            case HtmlInline html:
                WriteHtml(html.Tag);
                break;
            case TaskList task:
                writer.Write(task.Checked ? "☑" : "☐");
                break;
            case AutolinkInline address:
                WriteAddress(address);
                break;
            case EmphasisInline emphasis:
                writer.Open(StyleOf(emphasis));
                break;
            case LinkInline link:
                OpenLink(link);
                break;
            case DelimiterInline delimiter:
                writer.Write(delimiter.ToLiteral());
                break;
        }
    }

    private void Leave(Inline inline)
    {
        if (inline is EmphasisInline emphasis)
            writer.Close(StyleOf(emphasis));
        else if (inline is LinkInline link)
            CloseLink(link);
    }

    private static TextStyle StyleOf(EmphasisInline emphasis) => emphasis switch
    {
        { DelimiterChar: '~' } => TextStyle.Strikethrough,
        { DelimiterCount: 2 } => TextStyle.Bold,
        _ => TextStyle.Italic,
    };

    // Code lies in no other style. A link or a quote would lose more by being interrupted than code by looking like text.
    private void WriteCode(string code)
    {
        if (writer.IsOpen(TextStyle.Link) || writer.IsOpen(TextStyle.Quote))
            writer.Write(code);
        else
            writer.WriteCode(TextStyle.Code, code);
    }

    private void WriteHtml(string tag)
    {
        if (LineBreakTag().IsMatch(tag))
            writer.NewLine();
        else
            writer.Write(tag);
    }

    private void WriteAddress(AutolinkInline address)
    {
        // Platforms find addresses of e-mail by themselves, and take none behind text.
        var opens = !address.IsEmail && LinkTarget.Accepts(address.Url);
        if (opens)
            writer.Open(TextStyle.Link, address.Url);
        writer.Write(address.Url);
        if (opens)
            writer.Close(TextStyle.Link);
    }

    private void OpenLink(LinkInline link)
    {
        linkStarts.Push(writer.Length);
        if (Opens(link))
            writer.Open(TextStyle.Link, link.Url);
    }

    private void CloseLink(LinkInline link)
    {
        var start = linkStarts.Pop();

        // An address that is defined once and used a thousand times must not be written a thousand times.
        var isNew = link.Reference is null || Used.Add(link.Reference);
        if (writer.IsBlankSince(start))
            writer.Write(link.Reference is null || isNew ? link.Url : link.Label);
        else if (!Opens(link) && isNew && !link.IsAutoLink && !string.IsNullOrEmpty(link.Url) && !writer.IsWrittenSince(start, link.Url))
            writer.Write($" ({link.Url})");

        if (Opens(link))
            writer.Close(TextStyle.Link);
    }

    private bool Opens(LinkInline link) => links && LinkTarget.Accepts(link.Url);
}
