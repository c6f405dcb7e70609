namespace Bus.Contracts;

/// <summary>Who says something, as people know them. The id that tells speakers apart is <see cref="MessageReceived.Author"/>.</summary>
/// <param name="Name">The name that they chose. Anybody may take any name.</param>
/// <param name="IsOneOfSeveral">Others take part as well: the model has to be told who speaks.</param>
public sealed record Speaker(string Name, bool IsOneOfSeveral);
