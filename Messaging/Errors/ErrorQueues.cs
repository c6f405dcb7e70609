using Bus.Contracts;
using RabbitMQ.Client.Exceptions;

namespace Bus.Messaging.Errors;

/// <summary>What is in the error queues.</summary>
/// <param name="Errors">Queue by queue, the oldest first.</param>
/// <param name="IsComplete">False when there is more.</param>
public sealed record ErrorList(IReadOnlyList<ErrorItem> Errors, bool IsComplete);

/// <summary>A message cannot go back where it came from.</summary>
/// <param name="why">Why, in words for people.</param>
public sealed class RedriveException(string why) : Exception(why);

/// <summary>Looks after the messages that could not be handled.</summary>
public sealed class ErrorQueues
{
    private readonly ErrorVisits visits;
    private readonly QueueWriter writer;
    private readonly WorkQueues queues;

    internal ErrorQueues(ErrorVisits visits, QueueWriter writer, WorkQueues queues)
    {
        this.visits = visits;
        this.writer = writer;
        this.queues = queues;
    }

    /// <summary>The names of the queues; those that nothing was ever parked in are among them.</summary>
    public Task<IReadOnlyList<string>> Names(CancellationToken cancellation) => queues.OfErrors(cancellation);

    /// <summary>Lists what is there.</summary>
    /// <param name="queue">Only this queue.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<ErrorList> List(string? queue, CancellationToken cancellation)
    {
        var errors = new List<ErrorItem>();
        var complete = await visits.Visit(await Chosen(queue, cancellation), Limits.MostListedErrors, message =>
        {
            errors.Add(message.Item());
            return Task.FromResult(false);
        }, cancellation);
        // Given back, messages do not keep their order.
        var order = errors.Select(error => error.Queue).Distinct().ToList();
        return new ErrorList([.. errors.OrderBy(error => order.IndexOf(error.Queue)).ThenBy(error => error.At).ThenBy(error => error.Id, StringComparer.Ordinal)], complete);
    }

    /// <summary>Shows the messages of an id: more than one when several queues have it, or one has it twice.</summary>
    public async Task<IReadOnlyList<ErrorDetails>> Show(string id, bool withBody, CancellationToken cancellation)
    {
        var found = new List<ErrorDetails>();
        await visits.Visit(await Chosen(null, cancellation), int.MaxValue, message =>
        {
            if (message.Id == id)
                found.Add(message.Details(withBody));
            return Task.FromResult(false);
        }, cancellation);
        return found;
    }

    /// <summary>
    /// Sends messages back to where they could not be handled. If the process dies in between, a message is in both places, and the inbox
    /// drops the second.
    /// </summary>
    /// <param name="id">The message; null for all.</param>
    /// <param name="queue">Only those of this error queue.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>How many.</returns>
    /// <exception cref="RedriveException">One has nowhere to go; it stays, and so do those after it.</exception>
    public Task<int> Redrive(string? id, string? queue, CancellationToken cancellation) =>
        Take(id, queue, message => SendBack(message, cancellation), cancellation);

    /// <summary>Removes messages for good.</summary>
    /// <param name="id">The message.</param>
    /// <param name="queue">Only those of this error queue.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>How many.</returns>
    public Task<int> Discard(string id, string? queue, CancellationToken cancellation) => Take(id, queue, _ => Task.CompletedTask, cancellation);

    private async Task<int> Take(string? id, string? queue, Func<ErrorMessage, Task> how, CancellationToken cancellation)
    {
        var taken = 0;
        await visits.Visit(await Chosen(queue, cancellation), int.MaxValue, async message =>
        {
            if (id is not null && message.Id != id)
                return false;
            await how(message);
            taken++;
            return true;
        }, cancellation);
        return taken;
    }

    private async Task SendBack(ErrorMessage message, CancellationToken cancellation)
    {
        var queue = message.WorkQueue
            ?? throw new RedriveException($"Message {message.Id} does not say which queue it came from. It can be discarded.");
        try
        {
            await writer.Put(queue, BusHeaders.Afresh(message.Properties), message.Body, cancellation);
        }
        catch (PublishException refused) when (refused.IsReturn)
        {
            throw new RedriveException($"Message {message.Id} came from the queue {queue}, which is not there any more.");
        }
    }

    private async Task<IReadOnlyList<string>> Chosen(string? queue, CancellationToken cancellation) =>
        queue is null ? await Names(cancellation) : [queue];
}
