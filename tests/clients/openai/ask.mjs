// Asks as OpenAI's client for JavaScript does, as it is, and tells in a line for each what came of it.
import OpenAI from "openai";

const [baseURL, apiKey, asks] = process.argv.slice(2);
const client = new OpenAI({ baseURL, apiKey, maxRetries: 0 });

const apis = {
  chat: (body) => client.chat.completions.create(body),
  embeddings: (body) => client.embeddings.create(body),
  async models() {
    const models = [];
    for await (const model of client.models.list()) models.push(model);
    return { models };
  },

  model: ({ id }) => client.models.retrieve(id),

  // Puts the pieces together, and wants an end.
  whole: (body) => client.chat.completions.stream(body).finalChatCompletion(),

  async stream({ leaveAfter, ...body }, told) {
    const stream = await client.chat.completions.create({ ...body, stream: true });
    told.pieces = [];
    for await (const piece of stream) {
      told.pieces.push(piece);
      if (told.pieces.length === leaveAfter) break;
    }
  },
};

for (const { api, body } of JSON.parse(asks)) {
  const told = {};
  try {
    told.answer = await apis[api](body, told);
  } catch (error) {
    const { status, code, param, type, message, requestID, headers } = error;
    told.error = { name: error.constructor.name, status, code, param, type, message, requestID, retryAfter: headers?.get?.("retry-after") };
  }
  console.log(JSON.stringify(told));
}
