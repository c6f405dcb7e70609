using System.Text.Json.Nodes;

namespace Bus.Fakes.Discord;

/// <summary>Thrown where a call is not done: the status of HTTP, Discord's own code beside it, and for a wrong body what is wrong where.</summary>
internal sealed class Refusal(int status, int code, string message, JsonObject? errors = null) : Exception(message)
{
    public int Status => status;

    public int Code => code;

    public JsonObject? Errors => errors;

    public static Refusal NotFound() => new(404, 0, "404: Not Found");

    public static Refusal WrongMethod() => new(405, 0, "405: Method Not Allowed");

    public static Refusal Unauthorized() => new(401, 0, "401: Unauthorized");

    public static Refusal UnknownChannel() => new(404, 10003, "Unknown Channel");

    public static Refusal UnknownGuild() => new(404, 10004, "Unknown Guild");

    public static Refusal UnknownMessage() => new(404, 10008, "Unknown Message");

    public static Refusal UnknownUser() => new(404, 10013, "Unknown User");

    public static Refusal UnknownWebhook() => new(404, 10015, "Unknown Webhook");

    public static Refusal UnknownInteraction() => new(404, 10062, "Unknown interaction");

    public static Refusal UnknownCommand() => new(404, 10063, "Unknown application command");

    public static Refusal MissingAccess() => new(403, 50001, "Missing Access");

    public static Refusal NotYours() => new(403, 50005, "Cannot edit a message authored by another user");

    public static Refusal Empty() => new(400, 50006, "Cannot send an empty message");

    public static Refusal ClosedToYou() => new(403, 50007, "Cannot send messages to this user");

    public static Refusal MissingPermissions() => new(403, 50013, "Missing Permissions");

    public static Refusal InvalidToken() => new(401, 50027, "Invalid Webhook Token");

    public static Refusal NoJson() => new(400, 50109, "The request body contains invalid JSON.");

    public static Refusal TooLarge() => new(413, 40005, "Request entity too large");

    /// <summary>Something in the body or in the query is wrong; the path to it has dots.</summary>
    public static Refusal Invalid(string path, string code, string message)
    {
        var errors = new FormErrors();
        errors.Add(path, code, message);
        return errors.ToRefusal();
    }

    public JsonObject ToJson()
    {
        var answer = new JsonObject { ["message"] = Message, ["code"] = code };
        if (errors is not null)
            answer["errors"] = errors.DeepClone();
        return answer;
    }
}
