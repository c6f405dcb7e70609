using System.Text.Json.Nodes;

namespace Bus.Fakes.Telegram;

/// <summary>Thrown where a method is not done; the status of HTTP is the same as the code.</summary>
internal sealed class Refusal(int code, string description, JsonObject? parameters = null) : Exception(description)
{
    public int Code => code;

    public JsonObject? Parameters => parameters;

    public static Refusal Bad(string why) => new(400, $"Bad Request: {why}");

    public static Refusal Forbidden(string why) => new(403, $"Forbidden: {why}");

    public static Refusal Conflict(string why) => new(409, $"Conflict: {why}");

    public static Refusal NoMethod() => new(404, "Not Found: method not found");

    public static Refusal TooMany(int seconds) =>
        new(429, $"Too Many Requests: retry after {seconds}", new JsonObject { ["retry_after"] = seconds });

    public JsonObject ToJson()
    {
        var answer = new JsonObject { ["ok"] = false, ["error_code"] = code, ["description"] = Message };
        if (parameters is not null)
            answer["parameters"] = parameters.DeepClone();
        return answer;
    }
}
