namespace Bus.Fakes.Discord;

/// <content>What goes wrong, for the connections of one bot or of all.</content>
public sealed partial class FakeGateway
{
    /// <summary>Resets the connections. Their sessions can be gone on with.</summary>
    public void CutAll(FakeBot? bot = null) => ForEach(bot, connection => connection.Cut());

    /// <summary>Closes the connections with a code.</summary>
    public void Close(int code, string reason = "", FakeBot? bot = null) => ForEach(bot, connection =>
    {
        if (code is 4007 or 4009 && connection.Session is { } session)
            sessions.Remove(session);
        connection.Close(code, reason);
    });

    /// <summary>Asks clients to connect anew (op 7).</summary>
    public void AskToReconnect(FakeBot? bot = null) => ForEach(bot, connection => connection.Send("""{"op":7,"d":null,"s":null,"t":null}"""));

    /// <summary>Says that sessions are not valid (op 9): either to be gone on with, or gone.</summary>
    public void Invalidate(bool resumable, FakeBot? bot = null) => ForEach(bot, connection =>
    {
        if (connection.Session is { } session)
        {
            session.Detach(discord.Now);
            connection.Session = null;
            if (!resumable)
                sessions.Remove(session);
        }

        connection.SendInvalid(resumable);
    });

    /// <summary>Whoever comes back has to begin anew; connections that are open go on.</summary>
    public void ForgetSessions() => Note(() =>
    {
        foreach (var session in sessions.ToList())
        {
            if (session.Connection is null)
                sessions.Remove(session);
            else
                session.IsForgotten = true;
        }
    });

    /// <summary>Sends any text at all.</summary>
    public void SendRaw(string text, FakeBot? bot = null) => ForEach(bot, connection => connection.Send(text));

    /// <summary>Compresses what nobody has asked to have compressed.</summary>
    public void CompressUnasked(FakeBot? bot = null) => ForEach(bot, connection => connection.PackPayloads());

    /// <summary>Sends any event, numbered as the others are.</summary>
    public void SendEvent(string name, System.Text.Json.Nodes.JsonObject data, FakeBot? bot = null) => Note(() =>
    {
        foreach (var session in sessions.Where(session => bot is null || session.Bot == bot))
            session.Add(name, (System.Text.Json.Nodes.JsonObject)data.DeepClone());
    });

    /// <summary>Asks for a heartbeat at once (op 1).</summary>
    public void AskForHeartbeat(FakeBot? bot = null) => ForEach(bot, connection => connection.Send("""{"op":1,"d":null,"s":null,"t":null}"""));

    private void ForEach(FakeBot? bot, Action<GatewayConnection> act) => Note(() =>
    {
        foreach (var connection in connections.Where(connection => bot is null || connection.Session?.Bot == bot).ToList())
            act(connection);
    });
}
