using Bus.Bench.Turns;

namespace Bus.Bench.Telegram;

/// <summary>What Telegram is compared with: turns over <c>POST /chat</c> with <c>stream: true</c>, as the measurement of turns has them.</summary>
internal sealed class HttpTurns(int port) : ITurns, IDisposable
{
    private static readonly Question Question = new Question.Plain();

    private ChatConnection? connection;
    private Guid session;
    private int turns;

    public async Task<TimedTurn> Run(CancellationToken cancellation)
    {
        connection ??= await ChatConnection.Open(port, cancellation);
        if (turns++ % TelegramPlace.TurnsPerSession == 0)
            session = await connection.OpenSession(cancellation);
        var asked = Question.Ask(turns);
        var answer = await connection.Say(session, asked, cancellation);
        return Question.IsAnsweredBy(asked, answer.Text)
            ? new TimedTurn((answer.FirstChunkAt - answer.SentAt).TotalMilliseconds, answer.Took.TotalMilliseconds, [])
            : throw new BenchException($"A wrong answer in session {session}: {answer.Text}");
    }

    public void Dispose() => connection?.Dispose();
}
