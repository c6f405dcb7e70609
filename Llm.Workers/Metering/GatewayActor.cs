using Bus.Messaging.Access;

namespace Bus.Llm.Metering;

/// <summary>The gateway, where it does something of its own accord.</summary>
internal static class GatewayActor
{
    /// <summary>What it is called in the ledger and in the audit stream.</summary>
    public const string Name = "gateway";

    /// <summary>It, for what is recorded.</summary>
    public static Actor Actor { get; } = new(Name, Name, "");
}
