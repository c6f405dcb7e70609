using System.Net.Sockets;
using System.Security.Authentication;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Bus.Messaging.Broker;

/// <summary>Tells a broker that is not up yet from one that refuses us.</summary>
public static class BrokerAbsence
{
    /// <summary>Why it is worth waiting; null when only a human can mend it.</summary>
    public static string? Reason(Exception failure)
    {
        var all = Causes(failure).ToList();
        if (Refusal(failure) is not null || all.Exists(cause => cause is AuthenticationException or ProtocolVersionMismatchException))
            return null;
        return all.Select(Words).FirstOrDefault(words => words is not null);
    }

    /// <summary>What the broker says that does not want us; null when it does not say so.</summary>
    public static string? Refusal(Exception failure) => Causes(failure).Select(cause => cause switch
    {
        AuthenticationFailureException => "the login",
        OperationInterruptedException { ShutdownReason: { ReplyCode: Constants.AccessRefused or Constants.NotAllowed } reason }
            when !reason.ReplyText.Contains("limit", StringComparison.Ordinal) => reason.ReplyText,
        _ => null,
    }).FirstOrDefault(refusal => refusal is not null);

    private static string? Words(Exception cause) => cause switch
    {
        SocketException unreachable => unreachable.Message,
        TimeoutException => "it does not answer in time",
        OperationInterruptedException { ShutdownReason: { Initiator: ShutdownInitiator.Peer } reason } => reason.ReplyText,
        // How the client puts it when the broker hangs up at one moment of the greeting or another.
        IOException or OperationCanceledException or PossibleAuthenticationFailureException or OperationInterruptedException
            => "it closed the connection while it was being opened",
        _ => null,
    };

    /// <summary>The innermost first.</summary>
    private static IEnumerable<Exception> Causes(Exception failure)
    {
        IEnumerable<Exception> inner = failure is AggregateException several ? several.InnerExceptions : failure.InnerException is { } one ? [one] : [];
        return inner.SelectMany(Causes).Append(failure);
    }
}
