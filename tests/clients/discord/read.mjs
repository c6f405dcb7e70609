// What people see of messages on Discord, as an independent reader of its Markdown takes them: a JSON list of messages in, a list of texts out.
import parser from "discord-markdown-parser";

const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const messages = JSON.parse(Buffer.concat(chunks).toString("utf8"));
console.log(JSON.stringify(messages.map((message) => shown(parser.parse(message, "extended")))));

function shown(node) {
  if (Array.isArray(node)) return node.map(shown).join("");
  if (typeof node === "string") return node;
  switch (node.type) {
    case "br": case "newline": return "\n";
    case "codeBlock": return `\n${node.content}\n`;
    case "text": case "inlineCode": case "url": case "autolink": return shown(node.content ?? node.target ?? "");
    case "emoji": return `:${node.name}:`;
    case "twemoji": return node.name;
    case "blockQuote": return `\n${shown(node.content)}\n`;
    default: return node.content === undefined ? `{${node.type}}` : shown(node.content);
  }
}
