using System.Text;
using Bus.Ingress.Delivery;

namespace Bus.Tests.Delivery;

/// <summary>Rich text as one string, with tags where styles begin and end.</summary>
internal static class Shown
{
    public static string Of(string markdown) => Of(MarkdownText.Read(markdown));

    public static string Of(RichText text)
    {
        var shown = new StringBuilder();
        for (var i = 0; i <= text.Text.Length; i++)
        {
            foreach (var span in text.Spans.Reverse().Where(span => span.End == i))
                shown.Append($"</{Tag(span)}>");
            foreach (var span in text.Spans.Where(span => span.Offset == i))
                shown.Append($"<{Tag(span)}{(span.Url ?? span.Language) switch { null => "", var detail => $" {detail}" }}>");
            if (i < text.Text.Length)
                shown.Append(text.Text[i]);
        }

        return shown.ToString();
    }

    private static string Tag(TextSpan span) => span.Style switch
    {
        TextStyle.Bold => "b",
        TextStyle.Italic => "i",
        TextStyle.Strikethrough => "s",
        TextStyle.Code => "code",
        TextStyle.Pre => "pre",
        TextStyle.Link => "a",
        _ => "quote",
    };
}
