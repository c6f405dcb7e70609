namespace Bus.Contracts;

/// <summary>A setting that is a whole number. One that is not, or is out of range, stops the start and is named.</summary>
/// <param name="Name">What it is called in the environment.</param>
/// <param name="Default">Its value when it is not set.</param>
/// <param name="Least">The least it may be.</param>
/// <param name="Most">The most it may be.</param>
public readonly record struct NumberSetting(string Name, int Default, int Least, int Most);
