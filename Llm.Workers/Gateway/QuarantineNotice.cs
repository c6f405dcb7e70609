using Bus.Llm.Catalog;
using Bus.Llm.Metering;
using Bus.Messaging.Access;
using Microsoft.Extensions.Logging;

namespace Bus.Llm.Gateway;

/// <summary>Tells administrators that a key is out of use, and when it is back: in the log of the process, and in the audit stream.</summary>
internal sealed partial class QuarantineNotice(IAudit audit, ILogger<QuarantineNotice> log)
{
    public void Quarantined(LlmModel model, ProviderKey? key, string reason)
    {
        LogQuarantined(model.Name, model.Provider, key?.Hint ?? "none", reason);
        Record(AuditActions.ProviderKeyQuarantined, model, key, $"\"{reason}\"");
    }

    public void Returned(LlmModel model, ProviderKey? key)
    {
        LogReturned(model.Name, model.Provider, key?.Hint ?? "none");
        Record(AuditActions.ProviderKeyReturned, model, key, null);
    }

    /// <summary>No call waits for it.</summary>
    private async void Record(string action, LlmModel model, ProviderKey? key, string? after)
    {
        try
        {
            await audit.Record(GatewayActor.Actor.Did(action, $"model:{model.Id} key:{key?.Hint ?? "none"}", after: after), CancellationToken.None);
        }
        catch (Exception failure)
        {
            LogNotRecorded(model.Name, failure.GetType().Name);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Key {Hint} of {Model} ({Provider}) is refused ({Reason}) and not used until a probe finds it good again")]
    private partial void LogQuarantined(string model, string provider, string hint, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Key {Hint} of {Model} ({Provider}) is good again")]
    private partial void LogReturned(string model, string provider, string hint);

    [LoggerMessage(Level = LogLevel.Error, Message = "What became of a key of {Model} is not in the audit stream ({Failure})")]
    private partial void LogNotRecorded(string model, string failure);
}
