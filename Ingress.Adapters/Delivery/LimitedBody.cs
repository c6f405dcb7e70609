namespace Bus.Ingress.Delivery;

/// <summary>Reads what a server sends, up to a limit.</summary>
internal static class LimitedBody
{
    /// <returns>The bytes; null when there are more.</returns>
    public static async Task<ReadOnlyMemory<byte>?> Read(HttpContent content, int most, CancellationToken cancellation)
    {
        if (content.Headers.ContentLength > most)
            return null;
        await using var stream = await content.ReadAsStreamAsync(cancellation);
        using var bytes = new MemoryStream();
        var piece = new byte[16 * 1024];
        while (await stream.ReadAsync(piece, cancellation) is > 0 and var read)
        {
            if (bytes.Length + read > most)
                return null;
            bytes.Write(piece, 0, read);
        }

        return bytes.ToArray();
    }
}
