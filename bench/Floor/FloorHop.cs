namespace Bus.Bench.Floor;

/// <summary>One message of a turn: it is published with a confirm, consumed, and committed where ours is.</summary>
internal sealed record FloorHop(string Name, bool Commits, bool Answers = false)
{
    /// <summary>
    /// Our turn, hop by hop. The consumers of BuildContext and DeliverReply change nothing and commit nothing
    /// (<c>[Repeatable]</c> in the modules); DeliverReply's consumer answers the client.
    /// </summary>
    public static readonly FloorHop[] Turn =
    [
        new("MessageReceived", Commits: true),
        new("BuildContext", Commits: false),
        new("ContextBuilt", Commits: true),
        new("GenerateReply", Commits: true),
        new("ReplyGenerated", Commits: true),
        new("DeliverReply", Commits: false, Answers: true),
        new("ReplyDelivered", Commits: true),
    ];

    public static int TotalCommits => Turn.Count(hop => hop.Commits);

    public static int HopsToAnswer => Array.FindIndex(Turn, hop => hop.Answers) + 1;

    public static int CommitsToAnswer => Turn.TakeWhile(hop => !hop.Answers).Count(hop => hop.Commits);
}
