// A small bot as people write them, to hold the fake server against a real client.
import {
  ActionRowBuilder, AttachmentBuilder, ButtonBuilder, ButtonStyle, Client, Events, GatewayIntentBits, MessageFlags,
  ModalBuilder, Partials, RESTEvents, SimpleShardingStrategy, SlashCommandBuilder, TextInputBuilder, TextInputStyle,
} from "discord.js";

const [api, token, settings] = process.argv.slice(2);
const { intents, compress, timeout, shards } = JSON.parse(settings ?? "{}");
const client = new Client({
  intents: intents ?? [
    GatewayIntentBits.Guilds, GatewayIntentBits.GuildMessages, GatewayIntentBits.DirectMessages, GatewayIntentBits.MessageContent,
    GatewayIntentBits.GuildMessageReactions, GatewayIntentBits.GuildMessageTyping,
  ],
  partials: [Partials.Channel],
  rest: { api, timeout: timeout ?? 15_000 },
  shards: shards ?? "auto",
  ws: compress ? { buildStrategy: packed } : {},
});

// Without zlib-sync it has each payload packed on its own.
function packed(manager) {
  manager.options.compression = "zlib-stream";
  return new SimpleShardingStrategy(manager);
}

const button = () => new ActionRowBuilder().addComponents(new ButtonBuilder().setCustomId("pressed").setLabel("Press me").setStyle(ButtonStyle.Primary));

const said = {
  "!buttons": (message) => message.channel.send({ content: "Welcome", components: [button()] }),
  "!edit": async (message) => (await message.channel.send("one")).edit("two"),
  "!delete": async (message) => {
    await (await message.channel.send("gone")).delete();
    await message.channel.send("deleted");
  },
  "!file": (message) => message.channel.send({ content: "Here it is", files: [new AttachmentBuilder(Buffer.from("some text"), { name: "some.txt", description: "a text" })] }),
  "!read": async (message) => {
    const text = await (await fetch(message.attachments.first().url)).text();
    await message.channel.send(`read: ${text}`);
  },
  "!history": async (message) => {
    const before = await message.channel.messages.fetch({ limit: 3, before: message.id });
    await message.channel.send(before.map((one) => one.content).join(","));
  },
  "!burst": async (message) => {
    await Promise.all([...Array(7).keys()].map((number) => message.channel.send(`burst ${number}`)));
    console.log("burst over");
  },
  "!react": (message) => message.react("👍"),
  "!type": (message) => message.channel.sendTyping(),
  "!long": (message) => message.channel.send("x".repeat(2001)),
};

client.on(Events.MessageCreate, (message) => attempt(async () => {
  if (message.author.bot) {
    console.log(`heard: ${message.content}`);
    return;
  }
  await (said[message.content] ?? (() => message.reply(message.content)))(message);
}));

const used = {
  ping: (interaction) => interaction.reply("pong"),
  think: async (interaction) => {
    await interaction.deferReply();
    await interaction.editReply(`thought of ${interaction.options.getString("what")}`);
    await interaction.followUp({ content: "and more", flags: MessageFlags.Ephemeral });
  },
  whisper: async (interaction) => {
    await interaction.reply({ content: "psst", flags: MessageFlags.Ephemeral });
    console.log(`whispered: ${(await interaction.fetchReply()).content}`);
  },
  form: (interaction) => interaction.showModal(new ModalBuilder().setCustomId("form").setTitle("Form").addComponents(
    new ActionRowBuilder().addComponents(new TextInputBuilder().setCustomId("name").setLabel("Name").setStyle(TextInputStyle.Short)))),
};

client.on(Events.InteractionCreate, (interaction) => attempt(async () => {
  if (interaction.isChatInputCommand()) await used[interaction.commandName](interaction);
  else if (interaction.isModalSubmit()) await interaction.reply(`Hello ${interaction.fields.getTextInputValue("name")}`);
  else if (interaction.isButton()) await interaction.update({ content: `Pressed by ${interaction.user.username}`, components: [] });
}));

async function attempt(act) {
  try {
    await act();
  } catch (error) {
    console.log(`failed: ${error.code ?? error.name} ${error.message}`);
  }
}

client.on(Events.ThreadCreate, (thread) => console.log(`thread: ${thread.name}`));
client.on(Events.GuildDelete, (guild) => console.log(`left: ${guild.name}`));
client.on(Events.ShardResume, (shard, replayed) => console.log(`resumed ${shard}, ${replayed} replayed`));
client.on(Events.ShardReconnecting, (shard) => console.log(`reconnecting ${shard}`));
client.on(Events.ShardReady, (shard) => console.log(`begun ${shard}`));
client.on(Events.ShardDisconnect, (event, shard) => console.log(`disconnected ${shard}: ${event.code}`));
client.on(Events.Error, (error) => console.log(`error: ${error.message}`));
client.rest.on(RESTEvents.RateLimited, (limit) => console.log(`bucket is empty: ${limit.limit}`));
client.rest.on(RESTEvents.Debug, (text) => text.includes("429") && console.log(`limited: ${text.replaceAll(/\s+/g, " ")}`));

client.once(Events.ClientReady, async () => {
  await client.application.commands.set([
    new SlashCommandBuilder().setName("ping").setDescription("Answers"),
    new SlashCommandBuilder().setName("think").setDescription("Thinks").addStringOption((option) => option.setName("what").setDescription("Of what").setRequired(true)),
    new SlashCommandBuilder().setName("whisper").setDescription("Whispers"),
    new SlashCommandBuilder().setName("form").setDescription("Shows a form"),
  ]);
  console.log("ready");
});

process.once("SIGTERM", async () => {
  await client.destroy();
  console.log("stopped");
});

try {
  await client.login(token);
} catch (error) {
  console.log(`ended: ${error.message}`);
}
