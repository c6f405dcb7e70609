using System.Runtime.Serialization;
using System.Text;
using System.Text.Json.Nodes;
using Bus.Contracts;
using Bus.Messaging.Envelopes;
using Bus.Tests.Support;
using MassTransit;
using MassTransit.Context;
using MassTransit.Serialization;
using Xunit;

namespace Bus.Tests.Messaging;

/// <summary>Ours and MassTransit's own: each side reads what the other writes.</summary>
public sealed class Envelopes_of_both_kinds
{
    private const string Awkward = "\"quoted\" \\ back\nnew line\ttab 😀 \u0001 <b>&amp;</b> 对话 \u2028";

    private static readonly SystemTextJsonMessageSerializer Stock = SystemTextJsonMessageSerializer.Instance;

    [Fact]
    public void Should_be_read_by_us_when_MassTransit_wrote_them()
    {
        var sent = Sent();

        var read = new EnvelopeDeserializer().Deserialize(Stock.GetMessageBody(sent), EmptyHeaders.Instance);

        ShouldBeTheSame(sent, read);
        Assert.Equal(sent.SourceAddress, read.SourceAddress);
    }

    [Fact]
    public void Should_be_read_by_MassTransit_when_we_wrote_them()
    {
        var sent = Sent();

        var read = Stock.Deserialize(new EnvelopeSerializer().GetMessageBody(sent), EmptyHeaders.Instance);

        ShouldBeTheSame(sent, read);
        Assert.Null(read.SourceAddress);
    }

    [Fact]
    public void Should_be_read_by_us_when_we_wrote_them()
    {
        var sent = Sent();
        ShouldBeTheSame(sent, new EnvelopeDeserializer().Deserialize(new EnvelopeSerializer().GetMessageBody(sent), EmptyHeaders.Instance));
    }

    [Fact]
    public void Should_not_repeat_the_trace_that_the_transport_carries()
    {
        var sent = Sent();
        sent.Headers.Set("MT-Activity-Id", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");

        var json = Json(new EnvelopeSerializer().GetMessageBody(sent));

        Assert.Equal(["text", "number"], json["headers"]!.AsObject().Select(header => header.Key));
        Assert.Null(json["host"]);
    }

    [Fact]
    public void Should_be_read_with_members_that_nobody_knows()
    {
        var sent = Sent();
        var json = Json(Stock.GetMessageBody(sent));
        json["aNewOne"] = new JsonObject { ["messageId"] = "not this one", ["list"] = new JsonArray(1, "]", null) };
        json["message"]!["aNewOne"] = new JsonObject { ["text"] = "not this one" };

        ShouldBeTheSame(sent, Read(json.ToJsonString()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("no JSON")]
    [InlineData("\"a string\"")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("""{"messageType":[]}""")]
    [InlineData("""{"messageId":7,"message":{}}""")]
    [InlineData("""{"conversationId":{},"message":{}}""")]
    [InlineData("""{"messageType":"no list","message":{}}""")]
    [InlineData("""{"message":{"text":"it ends here""")]
    [InlineData("""{"message":{"text":"and here"}""")]
    [InlineData("""{"messageType":["one" "two"],"message":{}}""")]
    public void Should_be_refused_when_they_are_none(string body)
    {
        var failure = Assert.Throws<SerializationException>(() => Read(body));
        Assert.Matches("^The message is no envelope: .{10,}", failure.Message);
    }

    [Fact]
    public void Should_be_refused_when_they_are_too_large()
    {
        const string envelope = """{"message":{}}""";
        Read(envelope.PadRight(Limits.LargestBusMessage));
        var failure = Assert.Throws<SerializationException>(() => Read(envelope.PadRight(Limits.LargestBusMessage + 1)));
        Assert.Contains($"the most that are read are {Limits.LargestBusMessage}", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Should_be_refused_when_they_are_too_deep()
    {
        Read(Nested(Limits.DeepestBusMessage));
        Assert.Throws<SerializationException>(() => Read(Nested(Limits.DeepestBusMessage + 1)));

        static string Nested(int depth) => $"{{\"message\":{new string('[', depth - 1)}{new string(']', depth - 1)}}}";
    }

    private static MessageSendContext<MessageReceived> Sent()
    {
        var message = Publishing.Message("envelopes", Awkward) with { Options = new ModelOptions(0.7, 100), ReplyTo = "somebody" };
        var context = new MessageSendContext<MessageReceived>(message)
        {
            MessageId = message.MessageId,
            RequestId = Publishing.NewId(),
            CorrelationId = message.ConversationId,
            ConversationId = Publishing.NewId(),
            InitiatorId = Publishing.NewId(),
            SourceAddress = new Uri("rabbitmq://host/vhost/source"),
            ResponseAddress = new Uri("rabbitmq://host/vhost/response?temporary=true"),
            FaultAddress = new Uri("rabbitmq://host/vhost/fault"),
        };
        context.Headers.Set("text", Awkward);
        context.Headers.Set("number", (object)42);
        return context;
    }

    private static void ShouldBeTheSame(MessageSendContext<MessageReceived> sent, SerializerContext read)
    {
        Assert.True(read.TryGetMessage<MessageReceived>(out var message));
        Assert.Equal(sent.Message, message);
        Assert.False(read.TryGetMessage<ReplyGenerated>(out _));
        Assert.Equal(sent.SupportedMessageTypes, read.SupportedMessageTypes);
        Assert.Equal(
            (sent.MessageId, sent.RequestId, sent.CorrelationId, sent.ConversationId, sent.InitiatorId),
            (read.MessageId, read.RequestId, read.CorrelationId, read.ConversationId, read.InitiatorId));
        Assert.Equal((sent.ResponseAddress, sent.FaultAddress), (read.ResponseAddress, read.FaultAddress));
        Assert.Equal(Awkward, read.Headers.Get<string>("text"));
        Assert.Equal(42, read.Headers.Get<int>("number"));
    }

    private static SerializerContext Read(string json) => new EnvelopeDeserializer().Deserialize(new StringMessageBody(json), EmptyHeaders.Instance);

    private static JsonNode Json(MessageBody body) => JsonNode.Parse(Encoding.UTF8.GetString(body.GetBytes()))!;
}
