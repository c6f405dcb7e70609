using System.Text.Json;
using Bus.Contracts;
using Bus.Llm.Gateway;

namespace Bus.Llm.Completions;

/// <summary>
/// What a turn of a conversation takes of a request in OpenAI's form: what is said last, the instruction and a few options. What was said before
/// is in the conversation, and what the request has of it is passed over.
/// </summary>
/// <param name="Text">What is said.</param>
/// <param name="Options">What is asked of the model.</param>
internal sealed record SpokenTurn(string Text, ModelOptions Options)
{
    /// <summary>What would change what comes back, and is not possible in a conversation.</summary>
    private static readonly string[] Impossible = ["tools", "functions", "response_format", "audio", "logprobs", "stop"];

    /// <summary>Reads a request.</summary>
    /// <param name="body">The request.</param>
    /// <param name="model">The model to ask; null: the usual one.</param>
    /// <exception cref="CallBodyException">It wants what is not possible in a conversation, or says nothing.</exception>
    public static SpokenTurn Of(CallBody body, string? model)
    {
        using var json = JsonDocument.Parse(body.Json, new JsonDocumentOptions { MaxDepth = Limits.DeepestRequest });
        var request = json.RootElement;
        if (Impossible.FirstOrDefault(name => IsWanted(request.Member(name))) is { } wanted)
            throw NotHere(wanted);
        if (body.Choices > 1)
            throw NotHere("n");
        var messages = request.Member("messages").EnumerateArray().ToList();
        if (messages is not [.., var last] || last.Member("role").Text() != "user")
            throw new CallBodyException("messages", "must end with what the user says (role user): it is a turn of a conversation.");
        return new SpokenTurn(TextOf(last.Member("content")), new ModelOptions(TemperatureOf(request), body.MaxTokens, model, InstructionOf(messages)));
    }

    private static CallBodyException NotHere(string member) =>
        new(member, "is not possible in a turn of a conversation: leave it out, or leave conversation_id out.");

    private static bool IsWanted(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Undefined or JsonValueKind.Null or JsonValueKind.False => false,
        JsonValueKind.Array => value.GetArrayLength() > 0,
        JsonValueKind.Object => value.Member("type").Text() != "text",
        _ => true,
    };

    private static double? TemperatureOf(JsonElement request) => request.Member("temperature") switch
    {
        { ValueKind: JsonValueKind.Undefined or JsonValueKind.Null } => null,
        { ValueKind: JsonValueKind.Number } number => number.GetDouble(),
        _ => throw new CallBodyException("temperature", "must be a number."),
    };

    /// <summary>All that the program says to the model, in its order; null when it says nothing.</summary>
    private static string? InstructionOf(List<JsonElement> messages)
    {
        var said = messages.Where(message => message.Member("role").Text() is "system" or "developer").Select(message => TextOf(message.Member("content"))).ToList();
        return said.Count == 0 ? null : string.Join("\n\n", said);
    }

    private static string TextOf(JsonElement content) => content.ValueKind switch
    {
        JsonValueKind.String => content.Text() ?? "",
        JsonValueKind.Array => string.Concat(content.EnumerateArray().Select(part =>
            part.Member("text").Text() ?? throw new CallBodyException("messages", "can have no other parts than texts in a turn of a conversation."))),
        _ => "",
    };
}
