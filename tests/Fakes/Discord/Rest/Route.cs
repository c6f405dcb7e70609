using System.Text.Json.Nodes;

namespace Bus.Fakes.Discord.Rest;

/// <summary>Something that can be called.</summary>
internal sealed record Route(string Method, string Template, Func<Request, JsonNode?> Run)
{
    private readonly string[] parts = Template.Split('/');

    /// <summary>Whether the token of an interaction stands for that of the bot.</summary>
    public bool IsOfInteraction => Template.Contains("{token}", StringComparison.Ordinal);

    public bool NeedsBot => !IsOfInteraction && Template != "/gateway";

    public Dictionary<string, string>? Match(string[] path)
    {
        if (path.Length != parts.Length)
            return null;
        var values = new Dictionary<string, string>();
        for (var index = 0; index < parts.Length; index++)
        {
            if (parts[index].StartsWith('{'))
                values[parts[index].Trim('{', '}')] = path[index];
            else if (parts[index] != path[index])
                return null;
        }

        return values;
    }
}
