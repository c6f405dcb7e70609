namespace Bus.Llm;

/// <summary>A setting makes no sense, so the process must not start. Names the setting and never repeats its value.</summary>
/// <param name="setting">The setting's name.</param>
/// <param name="problem">What is wrong with it, as the rest of the sentence.</param>
public sealed class LlmSettingException(string setting, string problem) : InvalidOperationException($"{setting} {problem}")
{
    /// <summary>The setting's name.</summary>
    public string Setting { get; } = setting;
}
