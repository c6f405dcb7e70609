using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Bus.Bench.Machine;

/// <summary>What RabbitMQ counts. Asking takes a second of processor time: not while anything is measured.</summary>
/// <param name="Confirmed">Messages published with a confirm.</param>
/// <param name="Transient">Messages published without.</param>
/// <param name="Durable">Messages delivered from quorum queues.</param>
internal sealed record BrokerCounts(long Confirmed, long Transient, long Durable)
{
    public static async Task<BrokerCounts> Read()
    {
        using var rabbitmqctl = Process.Start(new ProcessStartInfo(Servers.RabbitMqRun, ["rabbitmqctl", "eval", "rabbit_global_counters:overview()."])
        {
            RedirectStandardOutput = true,
        })!;
        var text = await rabbitmqctl.StandardOutput.ReadToEndAsync();
        await rabbitmqctl.WaitForExitAsync();

        var confirmed = Number("[{protocol,amqp091}] =>", "messages_received_confirm_total");
        return new BrokerCounts(
            confirmed,
            Number("[{protocol,amqp091}] =>", "messages_received_total") - confirmed,
            Number("{queue_type,rabbit_quorum_queue}]", "messages_delivered_total"));

        long Number(string section, string counter)
        {
            var from = text.IndexOf(section, StringComparison.Ordinal);
            var found = from < 0 ? Match.Empty : Counter(counter).Match(text, from);
            return found.Success
                ? long.Parse(found.Groups[1].Value, CultureInfo.InvariantCulture)
                : throw new BenchException($"RabbitMQ does not say {counter}: {text}");
        }
    }

    public BrokerCounts Since(BrokerCounts before) =>
        new(Confirmed - before.Confirmed, Transient - before.Transient, Durable - before.Durable);

    private static Regex Counter(string name) => new($@"\b{name} =>\s+(\d+)");
}
