using Bus.Contracts;
using Bus.Messaging;
using Bus.Messaging.Access;

namespace Bus.Ingress.Http;

/// <summary>Conversations of callers that ask models in OpenAI's form, by the names that they give them.</summary>
internal sealed class NamedConversations(SessionAccess sessions, HttpTurns turns) : IConversations
{
    private const string Bot = "completions";
    private const string Field = "conversation_id";

    public async Task<ITurnWait> Say(Caller caller, string conversation, string author, string text, ModelOptions options, CancellationToken cancellation)
    {
        var name = Check.Id(Field, conversation);
        var session = Guid.TryParseExact(name, "D", out var id) ? await sessions.Own(id, caller, cancellation) : null;
        var origin = session?.Origin ?? new Origin(Platforms.Api, Bot, name, Part: caller.Part);
        return await turns.Start(caller, origin, Check.Id("author", author), Check.Text("messages", text), Checked(options), cancellation);
    }

    private static ModelOptions Checked(ModelOptions options) => options with
    {
        Temperature = Check.Temperature("temperature", options.Temperature),
        MaxTokens = Check.MaxTokens("max_tokens", options.MaxTokens),
    };
}
