using System.Text;

namespace Bus.Llm.Vault;

/// <summary>What a sealed key is the key of. Sealed for one, it does not open for another: whoever can write to the database cannot move it.</summary>
/// <param name="Owner">The account whose own it is; null when it is everybody's.</param>
/// <param name="BaseUrl">Where it is sent; empty for the built-in model.</param>
/// <param name="KeyId">The key.</param>
internal sealed record KeyBinding(Guid? Owner, string BaseUrl, Guid KeyId)
{
    /// <summary>The same bytes for the same binding and for no other: only the last part has no fixed form.</summary>
    public byte[] ToBytes() => Encoding.UTF8.GetBytes($"Bus provider key\n{(Owner is { } owner ? $"{owner:d}" : "-")}\n{KeyId:d}\n{BaseUrl}");
}
