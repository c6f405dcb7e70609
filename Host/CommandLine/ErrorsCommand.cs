using System.CommandLine;
using Bus.Messaging;
using Bus.Messaging.Errors;

namespace Bus.Host.CommandLine;

/// <summary><c>./bus errors list|show|redrive|discard</c>: the messages that could not be handled.</summary>
internal static class ErrorsCommand
{
    private static readonly Argument<string> Id = new("id") { Description = "The message, as errors list names it" };
    private static readonly Option<string?> Queue = new("--queue") { Description = "Only this error queue" };
    private static readonly Option<bool> Json = new("--json") { Description = "JSON, one line" };

    public static Command Create() => new("errors", "Look after the messages that could not be handled") { List(), Show(), Redrive(), Discard() };

    private static Command List()
    {
        var list = new Command("list", "List them") { Queue, Json };
        list.SetAction((parsed, cancellation) => Run(async errors =>
        {
            var queue = await Checked(errors, parsed.GetValue(Queue), cancellation);
            ErrorText.Write(await errors.List(queue, cancellation), parsed.GetValue(Json));
            return 0;
        }, cancellation));
        return list;
    }

    private static Command Show()
    {
        var body = new Option<bool>("--body") { Description = "With its body, which holds what people said" };
        var show = new Command("show", "Show one: where it goes when it is redriven, its headers") { Id, body, Json };
        show.SetAction((parsed, cancellation) => Run(async errors =>
        {
            var found = await errors.Show(parsed.GetValue(Id)!, parsed.GetValue(body), cancellation);
            ErrorText.Write(found, parsed.GetValue(Json));
            return found.Count > 0 ? 0 : await Missing(parsed.GetValue(Id)!);
        }, cancellation));
        return show;
    }

    private static Command Redrive()
    {
        var id = new Argument<string?>("id") { Description = "The message, as errors list names it", Arity = ArgumentArity.ZeroOrOne };
        var all = new Option<bool>("--all") { Description = "All of them" };
        var redrive = new Command("redrive", "Send one, those of a queue or all back to be handled; each is answered once") { id, Queue, all };
        redrive.SetAction((parsed, cancellation) => Run(async errors =>
        {
            var queue = await Checked(errors, parsed.GetValue(Queue), cancellation);
            var one = parsed.GetValue(id);
            if ((one is null && queue is null) != parsed.GetValue(all))
                return await LogCommand.Refuse("Name a message, or a queue with --queue, or say --all.");
            var redriven = await errors.Redrive(one, queue, cancellation);
            if (one is not null && redriven == 0)
                return await Missing(one);
            Console.WriteLine($"{redriven} sent back to be handled");
            return 0;
        }, cancellation));
        return redrive;
    }

    private static Command Discard()
    {
        var discard = new Command("discard", "Remove one for good") { Id, Queue };
        discard.SetAction((parsed, cancellation) => Run(async errors =>
        {
            var queue = await Checked(errors, parsed.GetValue(Queue), cancellation);
            var discarded = await errors.Discard(parsed.GetValue(Id)!, queue, cancellation);
            if (discarded == 0)
                return await Missing(parsed.GetValue(Id)!);
            Console.WriteLine($"{discarded} removed");
            return 0;
        }, cancellation));
        return discard;
    }

    private static Task<int> Run(Func<ErrorQueues, Task<int>> work, CancellationToken cancellation) => Tool.Run(
        async (services, _) =>
        {
            try
            {
                return await work(services.GetRequiredService<ErrorQueues>());
            }
            catch (RedriveException refused)
            {
                return await LogCommand.Refuse(refused.Message);
            }
        },
        cancellation,
        builder => builder.AddMessaging());

    /// <exception cref="InvalidOperationException">There is no such queue.</exception>
    private static async Task<string?> Checked(ErrorQueues errors, string? queue, CancellationToken cancellation)
    {
        if (queue is null)
            return null;
        var names = await errors.Names(cancellation);
        return names.Contains(queue)
            ? queue
            : throw new InvalidOperationException($"There is no error queue '{queue}'. There may be: {string.Join(", ", names)}.");
    }

    private static Task<int> Missing(string id) => LogCommand.Refuse($"There is no message {id} in the error queues.");
}
