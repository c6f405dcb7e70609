namespace Bus.Llm;

/// <summary>
/// The body of an answer. It is given up when nothing comes for a while, and whatever goes wrong with it is a <see cref="ProviderException"/>.
/// </summary>
/// <param name="body">The body.</param>
/// <param name="patience">Cancelled when the provider is given up.</param>
/// <param name="longest">How long nothing may come; null when all of it is waited for together.</param>
/// <param name="caller">Whoever asked wants no more.</param>
internal sealed class IdleStream(Stream body, CancellationTokenSource patience, TimeSpan? longest, CancellationToken caller) : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (longest is { } most)
            patience.CancelAfter(most);
        try
        {
            return await body.ReadAsync(buffer, patience.Token);
        }
        catch (OperationCanceledException) when (!caller.IsCancellationRequested)
        {
            throw ProviderErrors.TooLate();
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            throw ProviderErrors.BrokeOff();
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
