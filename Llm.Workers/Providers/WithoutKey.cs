using System.ClientModel.Primitives;

namespace Bus.Llm;

/// <summary>For servers that want no key: takes out the header for which the SDK insists on one.</summary>
internal sealed class WithoutKey : PipelinePolicy
{
    /// <summary>Stands where the SDK wants a key.</summary>
    public const string Placeholder = "none";

    public override void Process(PipelineMessage message, IReadOnlyList<PipelinePolicy> pipeline, int currentIndex)
    {
        message.Request.Headers.Remove("Authorization");
        ProcessNext(message, pipeline, currentIndex);
    }

    public override ValueTask ProcessAsync(PipelineMessage message, IReadOnlyList<PipelinePolicy> pipeline, int currentIndex)
    {
        message.Request.Headers.Remove("Authorization");
        return ProcessNextAsync(message, pipeline, currentIndex);
    }
}
