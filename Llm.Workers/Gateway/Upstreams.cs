using Bus.Llm.Catalog;

namespace Bus.Llm.Gateway;

/// <summary>What asks which model.</summary>
/// <param name="providers">Asks the providers that administrators have chosen.</param>
/// <param name="guarded">Asks those that somebody has chosen for themselves: nothing within the house.</param>
/// <param name="demo">The built-in model.</param>
internal sealed class Upstreams(IUpstream providers, IUpstream guarded, IUpstream demo)
{
    /// <summary>What asks this one.</summary>
    public IUpstream Of(Target target) => target.Model switch
    {
        { BaseUrl: null } => demo,
        { Owner: not null } => guarded,
        _ => providers,
    };
}
