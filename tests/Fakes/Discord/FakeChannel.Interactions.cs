using System.Text.Json.Nodes;

namespace Bus.Fakes.Discord;

/// <content>Commands and buttons that people use in a channel.</content>
public sealed partial class FakeChannel
{
    private const int Command = 2;
    private const int Component = 3;
    private const int Suggestion = 4;
    private const int Form = 5;

    /// <summary>Uses a command that a bot offers here. A command within another is written with a space, as in <c>config model</c>.</summary>
    public FakeInteraction Use(FakeUser user, string command, params IReadOnlyList<(string Name, object Value)> options)
    {
        var (bot, registered) = Offered(command.Split(' ')[0]);
        return Begin(new FakeInteraction(bot, user, this, Command, command), Options.Of(this, user, registered, command, options));
    }

    /// <summary>Asks for suggestions while the value of an option is being written.</summary>
    public FakeInteraction Complete(FakeUser user, string command, string option, string written)
    {
        var (bot, registered) = Offered(command.Split(' ')[0]);
        var data = Options.Of(this, user, registered, command, [(option, written)], isComplete: false);
        Options.Focus(data, option);
        return Begin(new FakeInteraction(bot, user, this, Suggestion, command), data);
    }

    /// <summary>Presses a button below a message.</summary>
    public FakeInteraction Press(FakeUser user, ulong messageId, string customId) => Operate(user, messageId, customId, null);

    /// <summary>Chooses in a menu below a message.</summary>
    public FakeInteraction Select(FakeUser user, ulong messageId, string customId, params IReadOnlyList<string> values) => Operate(user, messageId, customId, values);

    /// <summary>Sends a form that a bot showed.</summary>
    public FakeInteraction Submit(FakeInteraction shown, params IReadOnlyList<(string CustomId, string Value)> values)
    {
        if (shown.Acknowledged is not { Type: 9 } || shown.Data is not { } form)
            throw new ArgumentException($"It showed no form: {shown}");
        var rows = values.Select(value => new JsonObject
        {
            ["type"] = 1,
            ["components"] = new JsonArray(new JsonObject { ["type"] = 4, ["custom_id"] = value.CustomId, ["value"] = value.Value }),
        });
        var id = (string)form["custom_id"]!;
        return Begin(new FakeInteraction(shown.Bot, shown.User, this, Form, id), new() { ["custom_id"] = id, ["components"] = new JsonArray([.. rows]) });
    }

    private FakeInteraction Operate(FakeUser user, ulong messageId, string customId, IReadOnlyList<string>? values)
    {
        var message = this[messageId];
        var control = message.Controls.FirstOrDefault(control => (string?)control["custom_id"] == customId);
        if (control is null || message.IsDeleted || (bool?)control["disabled"] == true)
            throw new ArgumentException($"Nobody can use {customId} below {message}, but: {string.Join(", ", message.CustomIds)}");
        var bot = Discord.FindBot(message.Author.Id) ?? throw new ArgumentException($"{message.Author} is no bot of ours.");
        var data = new JsonObject { ["custom_id"] = customId, ["component_type"] = control["type"]!.DeepClone() };
        if (values is not null)
            data["values"] = new JsonArray([.. values.Select(value => JsonValue.Create(value))]);
        return Begin(new FakeInteraction(bot, user, this, Component, customId) { MessageId = messageId }, data);
    }

    private (FakeBot Bot, JsonObject Command) Offered(string name) => Discord.Locked(() =>
    {
        foreach (var bot in Audience(Permissions.ViewChannel))
        {
            var offered = bot.CommandsOf(null).Concat(Guild is null ? [] : bot.CommandsOf(Guild.Id)).FirstOrDefault(command => (string?)command["name"] == name);
            if (offered is not null)
                return (bot, offered);
        }

        throw new ArgumentException($"There is no command {name} here, but: {string.Join(", ", Audience(Permissions.ViewChannel).SelectMany(bot => bot.Commands).Select(command => (string?)command["name"]))}");
    });

    private FakeInteraction Begin(FakeInteraction interaction, JsonObject data)
    {
        Discord.Locked(() =>
        {
            Guild?.Meet(interaction.User);
            Discord.Add(interaction);
            Discord.Gateway.Dispatch(interaction.Bot, Guild, Intents.None, "INTERACTION_CREATE", _ => Wire.Interaction(interaction, (JsonObject)data.DeepClone()));
            return 0;
        });
        _ = interaction.Expire(Discord.Ended);
        return interaction;
    }
}
