using System.Text.Json;
using Bus.Contracts;

namespace Bus.Llm.Gateway;

/// <summary>
/// Finds in the JSON of an answer, or of a piece of one, what matters to us, in one pass and without making objects of the rest. What is of
/// another type than it should be is not there.
/// </summary>
internal ref struct AnswerFacts
{
    private Utf8JsonReader json;
    private int input;
    private int output;
    private int cached;
    private int reasoning;
    private bool isCounted;

    private AnswerFacts(ReadOnlySpan<byte> data) => json = new Utf8JsonReader(data, new JsonReaderOptions { MaxDepth = Limits.DeepestAnswer });

    public string? Id { get; private set; }

    public string? FinishReason { get; private set; }

    public int TextBytes { get; private set; }

    public bool HasChoices { get; private set; }

    public bool IsWhole { get; private set; }

    public bool HasRole { get; private set; }

    /// <summary>It reports an error.</summary>
    public bool IsError { get; private set; }

    public readonly TokenCounts? Tokens => isCounted ? new TokenCounts(input, output, cached, reasoning) : null;

    /// <exception cref="JsonException">It is no JSON object.</exception>
    public static AnswerFacts Of(ReadOnlySpan<byte> data)
    {
        var facts = new AnswerFacts(data);
        facts.Read();
        return facts;
    }

    private void Read()
    {
        if (!json.Read() || json.TokenType is not JsonTokenType.StartObject)
            throw new JsonException("It is no object.");
        while (NextMember())
        {
            if (Is("id"u8))
                Id = Text() is { Length: <= Limits.LongestProviderName } id ? id : null;
            else if (Is("error"u8))
                IsError |= Value() is not (JsonTokenType.Null or JsonTokenType.False) & Skip();
            else if (Is("object"u8))
                IsError |= Text() == "error";
            else if (Is("usage"u8))
                ReadUsage();
            else if (Is("choices"u8) || Is("data"u8))
                ReadChoices();
            else
                SkipValue();
        }

        while (json.Read())
        {
            // What follows the object must be JSON as well: nothing, that is.
        }
    }

    private void ReadChoices()
    {
        if (Value() is not JsonTokenType.StartArray)
        {
            Skip();
            return;
        }

        while (json.Read() && json.TokenType is not JsonTokenType.EndArray)
        {
            HasChoices = true;
            if (json.TokenType is JsonTokenType.StartObject)
                ReadChoice();
            else
                Skip();
        }
    }

    private void ReadChoice()
    {
        while (NextMember())
        {
            if (Is("finish_reason"u8))
            {
                FinishReason = Text() ?? FinishReason;
            }
            else if (Is("delta"u8))
            {
                ReadSaid();
            }
            else if (Is("message"u8))
            {
                IsWhole |= ReadSaid();
            }
            else
            {
                SkipValue();
            }
        }
    }

    /// <summary>All texts but those that say whose or of what kind it is.</summary>
    private bool ReadSaid()
    {
        if (Value() is not JsonTokenType.StartObject)
        {
            Skip();
            return false;
        }

        var depth = json.CurrentDepth;
        var (counts, isRole) = (true, false);
        while (json.Read() && !(json.TokenType is JsonTokenType.EndObject && json.CurrentDepth == depth))
        {
            if (json.TokenType is JsonTokenType.PropertyName)
            {
                isRole = Is("role"u8);
                counts = !(isRole || Is("id"u8) || Is("type"u8) || Is("name"u8));
            }
            else if (json.TokenType is JsonTokenType.String)
            {
                HasRole |= isRole && json.ValueSpan.Length > 0;
                TextBytes += counts ? json.ValueSpan.Length : 0;
            }
        }

        return true;
    }

    private void ReadUsage()
    {
        if (Value() is not JsonTokenType.StartObject)
        {
            Skip();
            return;
        }

        while (NextMember())
        {
            if (Is("prompt_tokens"u8))
                isCounted |= Number(ref input);
            else if (Is("completion_tokens"u8))
                isCounted |= Number(ref output);
            else if (Is("total_tokens"u8))
                SkipValue();
            else if (Is("prompt_cache_hit_tokens"u8))
                Number(ref cached);
            else if (Is("prompt_tokens_details"u8))
                ReadDetail("cached_tokens"u8, ref cached);
            else if (Is("completion_tokens_details"u8))
                ReadDetail("reasoning_tokens"u8, ref reasoning);
            else
                SkipValue();
        }
    }

    private void ReadDetail(ReadOnlySpan<byte> name, ref int count)
    {
        if (Value() is not JsonTokenType.StartObject)
        {
            Skip();
            return;
        }

        while (NextMember())
        {
            if (Is(name))
                Number(ref count);
            else
                SkipValue();
        }
    }

    /// <summary>The fraction that some servers write is dropped.</summary>
    private bool Number(ref int count)
    {
        if (Value() is not JsonTokenType.Number)
        {
            Skip();
            return false;
        }

        if (!json.TryGetDouble(out var number) || number is not (>= 0 and <= int.MaxValue))
            return false;
        count = (int)number;
        return true;
    }

    private string? Text()
    {
        if (Value() is JsonTokenType.String)
            return json.ValueIsEscaped ? null : json.GetString() is { Length: > 0 } text ? text : null;
        Skip();
        return null;
    }

    private bool NextMember() => json.Read() && json.TokenType is JsonTokenType.PropertyName;

    private readonly bool Is(ReadOnlySpan<byte> name) => json.ValueTextEquals(name);

    private JsonTokenType Value()
    {
        json.Read();
        return json.TokenType;
    }

    private void SkipValue()
    {
        json.Read();
        Skip();
    }

    private bool Skip()
    {
        json.Skip();
        return true;
    }
}
