// A typical client with fetch: JSON.stringify does not escape `/` or non-ASCII characters;
// multipart. Arguments: address, API key, secret, CDN, and a value for each request. Prints the
// code and diagnosis of each.
import { createHmac } from "node:crypto";

const [url, key, secret, cdn, ...values] = process.argv.slice(2);
for (const value of values) {
  const request = { command: "stream.close", api_key: key, timestamp: Math.floor(Date.now() / 1000), cdn: Number(cdn), stream: value, stream_id: 7 };
  request.signature = createHmac("sha256", secret).update(JSON.stringify(request)).digest("base64");
  const body = new FormData();
  body.set("json", JSON.stringify(request));
  const answer = await fetch(url, { method: "POST", body });
  const { code, message } = await answer.json();
  console.log(`${code ?? message}\t${answer.headers.get("x-sandbox-diagnosis") ?? ""}`);
}
