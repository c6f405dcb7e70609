using System.Net.Mime;
using MassTransit;
using MassTransit.Serialization;

namespace Bus.Messaging.Envelopes;

/// <summary>Gives MassTransit our reading and writing of its envelope.</summary>
internal sealed class EnvelopeFactory : ISerializerFactory
{
    public ContentType ContentType => SystemTextJsonMessageSerializer.JsonContentType;

    public IMessageSerializer CreateSerializer() => new EnvelopeSerializer();

    public IMessageDeserializer CreateDeserializer() => new EnvelopeDeserializer();
}
