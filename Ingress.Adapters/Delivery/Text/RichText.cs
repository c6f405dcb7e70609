namespace Bus.Ingress.Delivery;

/// <summary>Flat text and the styles that lie over it, as chat platforms want it.</summary>
/// <param name="Text">What is shown.</param>
/// <param name="Spans">By offset, the longer one first; each lies inside another one or beside it.</param>
internal sealed record RichText(string Text, IReadOnlyList<TextSpan> Spans)
{
    /// <summary>People see the same.</summary>
    public bool IsSame(RichText? other) => other is not null && Text == other.Text && Spans.SequenceEqual(other.Spans);
}

/// <summary>One style over a stretch of text.</summary>
/// <param name="Style">How it is shown.</param>
/// <param name="Offset">Where it begins, in UTF-16 code units.</param>
/// <param name="Length">In UTF-16 code units.</param>
/// <param name="Url">Where a <see cref="TextStyle.Link"/> leads.</param>
/// <param name="Language">Of the code in a <see cref="TextStyle.Pre"/>.</param>
internal sealed record TextSpan(TextStyle Style, int Offset, int Length, string? Url = null, string? Language = null)
{
    /// <summary>The first offset behind it.</summary>
    public int End => Offset + Length;
}

/// <summary>The styles that platforms have in common.</summary>
internal enum TextStyle
{
    /// <summary>Strong emphasis, headings.</summary>
    Bold,

    /// <summary>Emphasis.</summary>
    Italic,

    /// <summary>Struck out.</summary>
    Strikethrough,

    /// <summary>Code within a line.</summary>
    Code,

    /// <summary>A block of code or a table.</summary>
    Pre,

    /// <summary>Text that leads to an address.</summary>
    Link,

    /// <summary>A block that quotes somebody.</summary>
    Quote,
}
