using System.Text.Json.Nodes;

namespace Bus.Fakes.Discord.Rest;

/// <summary>Where the gateway is, and how many may begin there.</summary>
internal static class Gateways
{
    public static JsonNode Get(Request request) => new JsonObject { ["url"] = FakeGateway.UrlOf(request.Call.Host, FakeGateway.Path).AbsoluteUri };

    public static JsonNode GetBot(Request request)
    {
        var gateway = request.Discord.Gateway;
        return new JsonObject
        {
            ["url"] = FakeGateway.UrlOf(request.Call.Host, FakeGateway.Path).AbsoluteUri,
            ["shards"] = gateway.RecommendedShards,
            ["session_start_limit"] = new JsonObject
            {
                ["total"] = gateway.SessionStartTotal,
                ["remaining"] = gateway.SessionStartsLeft,
                ["reset_after"] = (long)gateway.SessionStartsResetAfter.TotalMilliseconds,
                ["max_concurrency"] = gateway.MaxConcurrency,
            },
        };
    }
}
