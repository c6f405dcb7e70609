using Bus.Events.Servers;
using Bus.Messaging.Broker;
using Npgsql;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using RabbitMQ.Client.Exceptions;
using Xunit;

namespace Bus.Tests.Log;

/// <summary>It passes by itself; the others only a human can mend.</summary>
public sealed class A_failure_that_is_worth_waiting_for
{
    [Theory]
    [InlineData(PostgresErrorCodes.CannotConnectNow, true)]
    [InlineData(PostgresErrorCodes.AdminShutdown, true)]
    [InlineData(PostgresErrorCodes.CrashShutdown, true)]
    [InlineData(PostgresErrorCodes.TooManyConnections, true)]
    [InlineData(PostgresErrorCodes.ReadOnlySqlTransaction, true)]
    [InlineData(PostgresErrorCodes.InvalidPassword, false)]
    [InlineData(PostgresErrorCodes.InvalidAuthorizationSpecification, false)]
    [InlineData(PostgresErrorCodes.InvalidCatalogName, false)]
    [InlineData(PostgresErrorCodes.InsufficientPrivilege, false)]
    public void Should_be_told_by_what_PostgreSQL_says(string state, bool isWorthIt) =>
        Assert.Equal(isWorthIt ? "its words" : null, Postgres.Absence(new PostgresException("its words", "FATAL", "FATAL", state)));

    /// <summary>Npgsql disposes of it and waits for it, when the server ends in between.</summary>
    [Fact]
    public void Should_be_what_the_driver_stumbles_over()
    {
        using var disposed = new ManualResetEventSlim();
        disposed.Dispose();

        Assert.Equal("it closed the connection", Postgres.Absence(Assert.Throws<ObjectDisposedException>(disposed.Wait)));
        Assert.Null(Postgres.Absence(new ObjectDisposedException(nameof(NpgsqlDataSource))));
    }

    [Theory]
    [InlineData(Constants.ConnectionForced, "CONNECTION_FORCED - broker forced connection closure with reason 'shutdown'", true)]
    [InlineData(Constants.InternalError, "INTERNAL_ERROR - access to vhost '/' refused for user 'bus': vhost '/' is down", true)]
    [InlineData(Constants.NotAllowed, "NOT_ALLOWED - access to vhost '/' refused for user 'bus': connection limit (10) is reached", true)]
    [InlineData(Constants.NotAllowed, "NOT_ALLOWED - vhost x not found", false)]
    [InlineData(Constants.AccessRefused, "ACCESS_REFUSED - access to vhost '/' refused for user 'bus'", false)]
    public void Should_be_told_by_what_RabbitMQ_says(ushort code, string words, bool isWorthIt)
    {
        var closed = new OperationInterruptedException(new ShutdownEventArgs(ShutdownInitiator.Peer, code, words));
        Assert.Equal(isWorthIt ? words : null, BrokerAbsence.Reason(new BrokerUnreachableException(closed)));
    }

    [Fact]
    public void Should_not_be_a_login_that_RabbitMQ_refuses() =>
        Assert.Null(BrokerAbsence.Reason(new BrokerUnreachableException(new AuthenticationFailureException("ACCESS_REFUSED"))));
}
