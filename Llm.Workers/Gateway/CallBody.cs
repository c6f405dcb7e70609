using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Bus.Contracts;

namespace Bus.Llm.Gateway;

/// <summary>
/// The body of a request in OpenAI's form. What we must know of it is read, what we decide is written anew, and all else goes to the provider as it
/// came, members that nobody here has heard of among it.
/// </summary>
internal sealed class CallBody
{
    /// <summary>What is ours to write, or for us alone.</summary>
    private static readonly string[] Ours = ["model", "stream", "stream_options", "provider", "purpose", "author"];

    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private readonly ReadOnlyMemory<byte> json;
    private readonly List<(string Name, Range Member, Range Value)> kept = [];
    private Range? streamOptions;

    private CallBody(ReadOnlyMemory<byte> json) => this.json = json;

    /// <summary>The model that is asked for; null when none is.</summary>
    public string? Model { get; private set; }

    /// <summary>Whose model; null when it does not matter.</summary>
    public string? Provider { get; private set; }

    /// <summary>What the caller says that it is for.</summary>
    public string? Purpose { get; private set; }

    /// <summary>The answer is wanted in pieces.</summary>
    public bool IsStream { get; private set; }

    /// <summary>After the last piece the caller wants to know what it took.</summary>
    public bool WantsUsage { get; private set; }

    /// <summary>Who says it, in the caller's own words; null when they do not say.</summary>
    public string? Author { get; private set; }

    /// <summary>The conversation whose turn it is to be; null when it stands alone.</summary>
    public string? ConversationId { get; private set; }

    /// <summary>Tokens of the prompt, estimated: a quarter of its bytes, and four for each message's frame.</summary>
    public int InputTokens { get; private set; }

    /// <summary>The most tokens that an answer may have; null when the caller does not say.</summary>
    public int? MaxTokens { get; private set; }

    /// <summary>How many answers are wanted.</summary>
    public int Choices { get; private set; } = 1;

    /// <summary>The messages or texts are there.</summary>
    public bool HasPrompt { get; private set; }

    /// <summary>The body as it came.</summary>
    public ReadOnlyMemory<byte> Json => json;

    /// <summary>Reads a body.</summary>
    /// <exception cref="CallBodyException">It is no JSON object, or a member of it is not as it must be.</exception>
    public static CallBody Read(ReadOnlyMemory<byte> json)
    {
        var body = new CallBody(json);
        try
        {
            body.ReadMembers();
        }
        catch (JsonException failure)
        {
            throw new CallBodyException(null, $"The body is not a JSON object in UTF-8, or is more than {Limits.DeepestRequest} levels deep (line {failure.LineNumber + 1}, byte {failure.BytePositionInLine + 1}).");
        }
        catch (InvalidOperationException)
        {
            throw new CallBodyException(null, "The body has a text that is not UTF-8, or half a character.");
        }

        return body;
    }

    /// <summary>The body for a provider.</summary>
    /// <param name="model">The model to ask for.</param>
    /// <param name="asksUsage">It is to say what it took, when it answers in pieces.</param>
    /// <param name="isOpenAI">It is OpenAI, whose newer models refuse the old name of a limit; most other servers know no other.</param>
    /// <param name="maxTokens">The most tokens of the answer, where the body does not say; null: as many as it likes.</param>
    public ReadOnlyMemory<byte> For(string model, bool asksUsage, bool isOpenAI, int? maxTokens = null)
    {
        var buffer = new ArrayBufferWriter<byte>(json.Length + 128);
        buffer.Write("{\"model\":\""u8);
        buffer.Write(Encoding.UTF8.GetBytes(JsonEncodedText.Encode(model, Compact.Encoder).ToString()));
        buffer.Write(IsStream ? "\",\"stream\":true"u8 : "\""u8);
        if (IsStream && (asksUsage || streamOptions is not null))
        {
            buffer.Write(",\"stream_options\":"u8);
            buffer.Write(StreamOptions(asksUsage));
        }

        foreach (var member in kept)
        {
            var isRenamed = isOpenAI && member.Name == "max_tokens";
            buffer.Write(isRenamed ? ",\"max_completion_tokens\":"u8 : ","u8);
            buffer.Write(json.Span[isRenamed ? member.Value : member.Member]);
        }

        if (MaxTokens is null && maxTokens is { } most)
        {
            buffer.Write(isOpenAI ? ",\"max_completion_tokens\":"u8 : ",\"max_tokens\":"u8);
            buffer.Write(Encoding.UTF8.GetBytes(most.ToString(CultureInfo.InvariantCulture)));
        }

        buffer.Write("}"u8);
        return buffer.WrittenMemory;
    }

    /// <summary>What the caller wants of the stream, and what we do.</summary>
    private byte[] StreamOptions(bool asksUsage)
    {
        var options = streamOptions is { } range ? JsonNode.Parse(json.Span[range])!.AsObject() : [];
        if (asksUsage)
            options["include_usage"] = true;
        return JsonSerializer.SerializeToUtf8Bytes(options);
    }

    private void ReadMembers()
    {
        var reader = new Utf8JsonReader(json.Span, new JsonReaderOptions { MaxDepth = Limits.DeepestRequest });
        if (!reader.Read() || reader.TokenType is not JsonTokenType.StartObject)
            throw new CallBodyException(null, "The body must be a JSON object.");
        while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
        {
            var start = (int)reader.TokenStartIndex;
            var name = reader.GetString()!;
            reader.Read();
            var value = (int)reader.TokenStartIndex;
            ReadMember(name, ref reader);
            if (name == "stream_options" && reader.TokenType is JsonTokenType.EndObject)
                streamOptions = value..(int)reader.BytesConsumed;
            if (!Ours.Contains(name))
                kept.Add((name, start..(int)reader.BytesConsumed, value..(int)reader.BytesConsumed));
        }

        while (reader.Read())
        {
            // Nothing may follow; the reader says so.
        }
    }

    /// <summary>Leaves the reader at the end of the value.</summary>
    private void ReadMember(string name, ref Utf8JsonReader reader)
    {
        switch (name)
        {
            case "model":
                Model = Text(name, ref reader, Limits.LongestModelName);
                break;
            case "provider":
                Provider = Text(name, ref reader, Limits.LongestProviderName);
                break;
            case "purpose":
                Purpose = Text(name, ref reader, Limits.LongestPurpose);
                break;
            case "author":
                Author = AuthorIn(ref reader);
                break;
            case "stream":
                IsStream = reader.TokenType is JsonTokenType.True
                    || (reader.TokenType is JsonTokenType.False or JsonTokenType.Null ? false : throw new CallBodyException(name, "must be true or false."));
                break;
            case "stream_options":
                WantsUsage = WantsUsageIn(ref reader);
                break;
            case "max_tokens" or "max_completion_tokens":
                MaxTokens = Whole(name, ref reader, Limits.MostTokens) ?? MaxTokens;
                break;
            case "n":
                Choices = Whole(name, ref reader, Limits.MostChoices) ?? 1;
                break;
            case "metadata":
                ConversationId = ConversationIn(ref reader) ?? ConversationId;
                break;
            case "messages":
                ReadMessages(ref reader);
                break;
            case "input":
                HasPrompt = reader.TokenType is JsonTokenType.String or JsonTokenType.StartArray;
                Count(TokenEstimates.Of(ref reader));
                break;
            case "tools" or "functions":
                Count(TokenEstimates.Of(ref reader));
                break;
            default:
                reader.Skip();
                break;
        }
    }

    private void ReadMessages(ref Utf8JsonReader reader)
    {
        if (reader.TokenType is not JsonTokenType.StartArray)
            throw new CallBodyException("messages", "must be a list of messages.");
        while (reader.Read() && reader.TokenType is not JsonTokenType.EndArray)
        {
            if (reader.TokenType is not JsonTokenType.StartObject)
                throw new CallBodyException("messages", "must be a list of messages: objects with role and content.");
            HasPrompt = true;
            Count(TokenEstimates.Frame + TokenEstimates.Of(ref reader));
        }
    }

    private void Count(int tokens) => InputTokens = (int)Math.Min(int.MaxValue, (long)InputTokens + tokens);

    private static bool WantsUsageIn(ref Utf8JsonReader reader)
    {
        if (reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.Null))
            throw new CallBodyException("stream_options", "must be an object.");
        using var options = JsonDocument.ParseValue(ref reader);
        return options.RootElement.Member("include_usage").ValueKind is JsonValueKind.True;
    }

    /// <summary>A text, or an object with an id or a name.</summary>
    private static string? AuthorIn(ref Utf8JsonReader reader)
    {
        using var json = JsonDocument.ParseValue(ref reader);
        var author = json.RootElement.Text() ?? json.RootElement.Member("id").Text() ?? json.RootElement.Member("name").Text();
        return author is { Length: > Limits.LongestId } ? throw new CallBodyException("author", $"is longer than {Limits.LongestId} characters.") : author;
    }

    private static string? ConversationIn(ref Utf8JsonReader reader)
    {
        using var metadata = JsonDocument.ParseValue(ref reader);
        return metadata.RootElement.Member("conversation_id").Text();
    }

    private static string? Text(string name, ref Utf8JsonReader reader, int longest)
    {
        if (reader.TokenType is JsonTokenType.Null)
            return null;
        if (reader.TokenType is not JsonTokenType.String)
            throw new CallBodyException(name, "must be a text.");
        var text = reader.GetString()!;
        return text.Length <= longest ? text : throw new CallBodyException(name, $"is longer than {longest} characters.");
    }

    private static int? Whole(string name, ref Utf8JsonReader reader, int most)
    {
        if (reader.TokenType is JsonTokenType.Null)
            return null;
        return reader.TokenType is JsonTokenType.Number && reader.TryGetInt32(out var number) && number >= 1 && number <= most
            ? number
            : throw new CallBodyException(name, $"must be a whole number from 1 to {most}.");
    }
}

/// <summary>A request that cannot be passed on.</summary>
/// <param name="member">The member at fault; null when it is the whole.</param>
/// <param name="why">Why.</param>
internal sealed class CallBodyException(string? member, string why) : Exception(member is null ? why : $"{member} {why}")
{
    /// <summary>The member at fault.</summary>
    public string? Member => member;
}
