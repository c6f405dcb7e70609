using System.Text.Json;

namespace Bus.Llm.Gateway;

/// <summary>How many tokens something has, estimated: nobody but the provider knows.</summary>
internal static class TokenEstimates
{
    /// <summary>What a message has besides its texts.</summary>
    public const int Frame = 4;

    private const int Picture = 1000;
    private const int BytesOfToken = 4;

    /// <summary>Tokens of a text.</summary>
    /// <param name="bytes">Its length as UTF-8.</param>
    public static int Of(long bytes) => (int)Math.Min(int.MaxValue / 2, (bytes + BytesOfToken - 1) / BytesOfToken);

    /// <summary>Tokens of all texts in a value; a picture has as many as pictures have, whatever its length.</summary>
    public static int Of(ref Utf8JsonReader reader)
    {
        var (bytes, pictures, depth) = (0L, 0, reader.CurrentDepth);
        var isPicture = false;
        do
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.PropertyName:
                    isPicture = reader.ValueTextEquals("url"u8) || reader.ValueTextEquals("image_url"u8) || reader.ValueTextEquals("data"u8) || reader.ValueTextEquals("file_data"u8);
                    break;
                case JsonTokenType.String when isPicture:
                    pictures++;
                    break;
                case JsonTokenType.String:
                    bytes += reader.ValueSpan.Length;
                    break;
            }
        }
        while ((reader.TokenType is JsonTokenType.StartArray or JsonTokenType.StartObject || reader.CurrentDepth > depth) && reader.Read());

        return (int)Math.Min(int.MaxValue / 2, Of(bytes) + ((long)pictures * Picture));
    }
}
