using System.Diagnostics;

namespace Bus.Bench.Turns;

/// <summary>One client, in one session: one turn after the other, each answer checked.</summary>
internal sealed class Conversation(ChatConnection connection, Guid session, Question question) : IDisposable
{
    public Guid Session => session;

    public List<Answer> Answers { get; } = [];

    public int InTime { get; private set; }

    /// <summary>Why it stopped before its time; null when it did not.</summary>
    public string? Failure { get; private set; }

    public static async Task<Conversation> Open(int port, Question question, CancellationToken cancellation)
    {
        var connection = await ChatConnection.Open(port, cancellation);
        return new Conversation(connection, await connection.OpenSession(cancellation), question);
    }

    public async Task Run(long start, TimeSpan length, CancellationToken cancellation)
    {
        try
        {
            while (Stopwatch.GetElapsedTime(start) < length)
            {
                var asked = question.Ask(Answers.Count + 1);
                var answer = await connection.Say(session, asked, cancellation);
                Answers.Add(answer);
                if (!question.IsAnsweredBy(asked, answer.Text))
                    throw new BenchException($"A wrong answer in session {session}: {answer.Text}");
                if (Stopwatch.GetElapsedTime(start) <= length)
                    InTime++;
            }
        }
        catch (Exception failure)
        {
            Failure = failure.Message;
        }
    }

    public void Dispose() => connection.Dispose();
}

/// <summary>What is said, and how the demo model has to answer it.</summary>
internal abstract record Question
{
    public abstract string Ask(int turn);

    public abstract bool IsAnsweredBy(string asked, string answer);

    /// <summary>A few words, which come back.</summary>
    public sealed record Plain : Question
    {
        public override string Ask(int turn) => $"Turn {turn}: how far is it from here to the sea, and what do I need on the way?";

        public override bool IsAnsweredBy(string asked, string answer) =>
            answer.StartsWith($"[demo] You said: {asked}\n\nI was shown ", StringComparison.Ordinal)
            && answer.EndsWith(" messages.", StringComparison.Ordinal);
    }

    /// <summary>An answer of some words.</summary>
    public sealed record Words(int Count) : Question
    {
        private readonly string expected = $"[demo] {string.Join(' ', Enumerable.Range(1, Count).Select(n => $"word{n}"))}";

        public override string Ask(int turn) => $"Turn {turn} demo:words={Count}";

        public override bool IsAnsweredBy(string asked, string answer) => answer == expected;
    }
}
