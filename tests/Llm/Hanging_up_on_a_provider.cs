using Bus.Tests.Support;
using Microsoft.Extensions.AI;
using Xunit;

namespace Bus.Tests.Llm;

public class Hanging_up_on_a_provider
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Should_close_the_connection_so_that_the_model_stops(bool whileWaiting)
    {
        var gone = new TaskCompletionSource();
        await using var provider = new FakeProvider(async call =>
        {
            await call.BeginStream();
            await call.Send(Wire.Piece("Hi"));
            await call.ClientGone();
            gone.SetResult();
            await call.Close();
        });
        using var client = Asking.ClientOf(provider);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var updates = client.GetStreamingResponseAsync([new ChatMessage(ChatRole.User, "Hi")], null, stop.Token).GetAsyncEnumerator(stop.Token);

        Assert.True(await updates.MoveNextAsync());
        if (whileWaiting)
        {
            var next = updates.MoveNextAsync();
            await stop.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await next);
        }

        await updates.DisposeAsync();
        await gone.Task.WaitAsync(Patience.Limit, TimeProvider.System, TestContext.Current.CancellationToken);
    }
}
