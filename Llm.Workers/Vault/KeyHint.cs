namespace Bus.Llm.Vault;

/// <summary>What may be shown of a key, so that people know which one it is: <c>sk-…abcd</c> (contract, X-7).</summary>
internal static class KeyHint
{
    private const string Hidden = "…";
    private const int Shortest = 12;
    private const int End = 4;
    private const int LongestPrefix = 8;

    /// <summary>What is never shown, of any key.</summary>
    private const int LeastHidden = Shortest - End;

    /// <summary>The sign of its maker, if it has one, and its last four characters; never so much that fewer than eight stay hidden.</summary>
    public static string Of(string secret)
    {
        // A key is one word of ASCII. What is none is not cut, so that no half of a character and no control character is shown.
        if (secret.Length < Shortest || secret.Any(c => c is <= ' ' or > '~'))
            return Hidden;
        var prefix = secret.AsSpan(0, LongestPrefix).IndexOf('-') + 1;
        return secret.Length - prefix - End < LeastHidden ? Hidden + secret[^End..] : secret[..prefix] + Hidden + secret[^End..];
    }
}
