using System.Text.Json.Nodes;

namespace Bus.Fakes.Discord.Rest;

/// <summary>The first answer to an interaction, for which there are three seconds.</summary>
internal static class Callbacks
{
    private const int Reply = 4;
    private const int DeferReply = 5;
    private const int DeferUpdate = 6;
    private const int Update = 7;
    private const int Suggest = 8;
    private const int ShowForm = 9;

    public static JsonNode? Respond(Request request)
    {
        var interaction = request.Discord.FindInteraction(request.Call.Values["token"]);
        if (interaction is null || interaction.Id != request.Id("interaction"))
            throw Refusal.UnknownInteraction();
        if (interaction.Acknowledged is not null)
            throw new Refusal(400, 40060, "Interaction has already been acknowledged.");
        if (interaction.IsLate)
            throw Refusal.UnknownInteraction();
        var type = Opcodes.Number(request.Fields["type"]) ?? 0;
        var data = request.Fields["data"] as JsonObject ?? [];
        switch (type)
        {
            case Reply:
                Say(request, interaction, type, data);
                break;
            case DeferReply:
                interaction.Acknowledge(type, Followups.Think(interaction, FlagsOf(data)), (FlagsOf(data) & FakeMessage.Ephemeral) != 0, null);
                break;
            case DeferUpdate or Update when interaction.MessageId is null:
                throw Refusal.Invalid("type", "INTERACTION_APPLICATION_COMMAND_INVALID_CALLBACK_TYPE", "This response type is only for components.");
            case DeferUpdate:
                interaction.Acknowledge(type, interaction.Channel[interaction.MessageId.Value], isEphemeral: false, null);
                break;
            case Update:
                var message = Messages.Change(request, interaction.Channel[interaction.MessageId.Value], MessageBody.Read(data));
                interaction.Acknowledge(type, message, message.IsEphemeral, null);
                break;
            case Suggest or ShowForm:
                interaction.Acknowledge(type, null, isEphemeral: false, (JsonObject)data.DeepClone());
                break;
            default:
                throw Refusal.Invalid("type", "BASE_TYPE_CHOICES", "Value of field \"type\" must be one of (1, 4, 5, 6, 7, 8, 9, 10, 12).");
        }

        return request.Asks("with_response") ? Wire.Callback(interaction, type) : null;
    }

    private static int FlagsOf(JsonObject data) => Opcodes.Number(data["flags"]) ?? 0;

    private static void Say(Request request, FakeInteraction interaction, int type, JsonObject data)
    {
        var message = Followups.Say(request, interaction, data, isFirst: true);
        interaction.Acknowledge(type, message, message.IsEphemeral, null);
    }
}
