using Bus.Contracts;

namespace Bus.Messaging;

/// <summary>Where what attempts took is corrected after they were settled.</summary>
public interface ILedgerCorrections
{
    /// <summary>
    /// Writes corrections that leave the tokens as they are, each once: what was written before is passed over. One that was reckoned from other tokens than the
    /// attempt has now is not written.
    /// </summary>
    /// <param name="corrections">The corrections.</param>
    /// <param name="cancellation">Gives up; what is written stays.</param>
    /// <returns>The attempts whose correction was not written: it is to be reckoned anew.</returns>
    Task<IReadOnlyList<Guid>> Reprice(IReadOnlyList<UsageCorrected> corrections, CancellationToken cancellation);
}
