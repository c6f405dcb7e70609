namespace Bus.Tests.Http;

/// <summary>The fields of the endpoints that take a body, each with what it may not be, as JSON.</summary>
internal static class Field
{
    public static readonly string[] NoText = ["1", "1.5", "true", "[]", "[\"a\"]", "{}", "{\"a\":1}", """ "\ud800" """, """ "\udc00 x" """, """ "\ud83dx" """];
    public static readonly string[] NoId = [.. NoText, "\"\"", "\" \"", "\"\\t\\n\"", "\"a\\u0000b\"", "\"a\\nb\"", $"\"{new string('x', 201)}\""];
    public static readonly string[] NoMessage = [.. NoText, "\"\"", "\" \\t\\n \"", "\"\\u0000\"", "\"a\\u0000b\"", $"\"{new string('x', 100 * 1024)}\"", $"\"{new string('ж', 33 * 1024)}\""];

    public static readonly string[] NoSession =
    [
        .. NoText, "\"\"", "\" \"", "\"uuid\"", "\"550e8400e29b41d4a716446655440000\"", "\"{550e8400-e29b-41d4-a716-446655440000}\"",
        "\"550e8400-e29b-41d4-a716-44665544000\"", "\"g50e8400-e29b-41d4-a716-446655440000\"",
    ];

    public static readonly string[] NoTemperature =
        ["-0.1", "2.1", "-1", "1e400", "-1e400", "1e308", "\"NaN\"", "\"Infinity\"", "\"hot\"", "\"\"", "true", "[]", "[0.5]", "{}"];

    public static readonly string[] NoLimit =
        ["0", "-1", "1000001", "2147483648", "99999999999999999999", "1.5", "1e3", "1e400", "\"NaN\"", "\"many\"", "\"\"", "true", "[]", "{}"];

    public static readonly string[] NoFlag = ["1", "0", "\"true\"", "\"yes\"", "\"\"", "[]", "{}"];

    /// <summary>Endpoint, field, and whether it is required.</summary>
    public static readonly (string Path, string Name, string[] Wrong, bool Required)[] All =
    [
        ("/v1/chat/handle", "user_id", NoId, true),
        ("/v1/chat/handle", "chat_id", NoId, true),
        ("/v1/chat/handle", "text", NoMessage, true),
        ("/v1/chat/reset", "chat_id", NoId, true),
        ("/v1/chat/reset", "session_id", NoSession, false),
        ("/chat", "user_id", NoId, true),
        ("/chat", "session_id", NoSession, true),
        ("/chat", "message", NoMessage, true),
        ("/chat", "temperature", NoTemperature, false),
        ("/chat", "max_tokens", NoLimit, false),
        ("/chat", "stream", NoFlag, false),
    ];

    /// <summary>A body that is as it should be but for one field: another value, or absent when that is null.</summary>
    public static string Body(string path, string name, string? value, Guid session)
    {
        var good = path switch
        {
            "/v1/chat/handle" => new Dictionary<string, string?> { ["user_id"] = "\"1\"", ["chat_id"] = "\"2\"", ["text"] = "\"hi\"" },
            "/v1/chat/reset" => [],
            _ => new() { ["user_id"] = "\"1\"", ["session_id"] = $"\"{session}\"", ["message"] = "\"hi\"" },
        };
        good[name] = value;
        return $"{{{string.Join(',', good.Where(field => field.Value is not null).Select(field => $"\"{field.Key}\":{field.Value}"))}}}";
    }
}
