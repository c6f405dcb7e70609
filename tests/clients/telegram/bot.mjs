// A small bot as people write them, to hold the fake server against a real client.
import { createServer } from "node:http";
import { Bot, GrammyError, InlineKeyboard, InputFile, webhookCallback } from "grammy";

const [url, token, webhookPort, secret] = process.argv.slice(2);
const bot = new Bot(token, { client: { apiRoot: url } });

bot.command("start", (ctx) =>
  ctx.reply("Welcome", { reply_markup: new InlineKeyboard().text("Press me", "pressed") }));

bot.command("edit", async (ctx) => {
  const message = await ctx.reply("one");
  await ctx.api.editMessageText(ctx.chat.id, message.message_id, "two");
  try {
    await ctx.api.editMessageText(ctx.chat.id, message.message_id, "two");
  } catch (error) {
    console.log(`refused: ${error.description}`);
  }
});

bot.command("file", (ctx) =>
  ctx.replyWithDocument(new InputFile(Buffer.from("some text"), "some.txt"), { caption: "Here *it* is", parse_mode: "MarkdownV2" }));

bot.callbackQuery("pressed", async (ctx) => {
  await ctx.answerCallbackQuery({ text: "Thanks" });
  await ctx.editMessageText(`Pressed by ${ctx.from.first_name}`);
});

bot.on("message:photo", async (ctx) => {
  const file = await ctx.getFile();
  const content = await (await fetch(`${url}/file/bot${token}/${file.file_path}`)).arrayBuffer();
  await ctx.reply(`${content.byteLength} bytes of ${ctx.msg.media_group_id ? "an album" : "a photo"}: ${ctx.msg.caption ?? ""}`);
});

bot.on("message:text", (ctx) => patiently(() =>
  ctx.reply(ctx.msg.text, { reply_parameters: { message_id: ctx.msg.message_id } })));

bot.catch(({ error }) => console.log(`failed: ${error.description ?? error.message}`));

async function patiently(send) {
  try {
    await send();
  } catch (error) {
    if (!(error instanceof GrammyError) || !error.parameters.retry_after) throw error;
    console.log(`waits: ${error.parameters.retry_after}`);
    await new Promise((resolve) => setTimeout(resolve, error.parameters.retry_after * 1000));
    await patiently(send);
  }
}

if (webhookPort) {
  const server = createServer(webhookCallback(bot, "http", { secretToken: secret }));
  server.listen(Number(webhookPort), "127.0.0.1", async () => {
    await bot.api.setWebhook(`http://127.0.0.1:${server.address().port}/`, { secret_token: secret });
    console.log("ready");
  });
  process.once("SIGTERM", () => process.exit(0));
} else {
  process.once("SIGTERM", () => bot.stop());
  try {
    await bot.start({ onStart: () => console.log("ready") });
    console.log("stopped");
  } catch (error) {
    console.log(`ended: ${error.description ?? error.message}`);
  }
}
