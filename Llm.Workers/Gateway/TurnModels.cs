using Bus.Llm.Catalog;

namespace Bus.Llm.Gateway;

/// <summary>The model of a turn: the one that is named for it, or the usual one.</summary>
internal sealed class TurnModels(ModelGateway gateway, IModelCatalog catalog)
{
    /// <summary>A turn waits longer than a caller over HTTP: people have been told that their answer comes.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>How a turn is answered.</summary>
    /// <param name="callId">Names the call: the attempt of the turn.</param>
    /// <param name="callFor">For whom it is.</param>
    /// <param name="named">The model that is named; null: the usual one.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="ModelNotFoundException">There is no such model.</exception>
    public async ValueTask<ModelRoute> Route(Guid callId, CallFor callFor, string? named, CancellationToken cancellation)
    {
        var first = (await catalog.Get(cancellation)).Resolve(named, null, callFor.Chooser)[0];
        return new ModelRoute(first.Model.Provider, first.Name, new GatewayChatClient(gateway, callId, callFor, named, Patience), first.Model.BaseUrl);
    }
}
