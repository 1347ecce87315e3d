// The page of the sandbox. Data from requests is inserted as text, never as markup.
"use strict";

const $ = (id) => document.getElementById(id);

/** Creates an element with attributes and children. */
function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  // Strings become text nodes, even if they contain markup.
  node.append(...children.filter((child) => child !== null && child !== undefined).map((child) => child instanceof Node ? child : String(child)));
  return node;
}

async function call(method, path, body) {
  const response = await fetch(path, { method, body, headers: { "X-Sandbox-Admin": "1" } });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error || response.statusText);
  return answer;
}

// Requests.

const seen = new Map();
let last = 0;
let chosen = null;

function wanted(request) {
  const form = $("filter");
  const command = form.elements.command.value.trim();
  return (!command || (request.command || "").includes(command)) && (!form.elements.diagnosed.checked || request.diagnosis);
}

function row(request) {
  const outcome = request.code || request.http_status || "no response";
  const sound = !request.refused && !request.code;
  const button = el("button", { type: "button", "data-id": request.id },
    el("span", { class: "quiet" }, request.id),
    el("span", {}, request.command || request.method, " ", el("span", { class: "bad" }, request.diagnosis)),
    el("span", { class: sound ? "good" : "bad" }, outcome, request.fault ? " · " + request.fault : ""));
  if (request.id === chosen) button.setAttribute("aria-current", "true");
  button.addEventListener("click", () => choose(request.id));
  return el("li", {}, button);
}

function list() {
  const shown = [...seen.values()].filter(wanted).sort((a, b) => b.id - a.id);
  const focused = document.activeElement?.dataset?.id;
  $("list").replaceChildren(...shown.map(row));
  $("none").hidden = seen.size > 0;
  if (focused) $("list").querySelector(`[data-id="${Number(focused)}"]`)?.focus();
}

async function choose(id) {
  chosen = id;
  list();
  try {
    $("detail").replaceChildren(...detail(await call("GET", "requests/" + id)));
  } catch (error) {
    $("detail").replaceChildren(el("p", { class: "bad" }, error.message));
  }
}

/** Returns a text with one character marked, at a byte offset of its UTF-8. */
function marked(text, offset) {
  const bytes = new TextEncoder().encode(text);
  const part = (from, to) => new TextDecoder().decode(bytes.slice(from, to));
  let start = offset;
  while (start > 0 && (bytes[start] & 0xc0) === 0x80) start -= 1;
  let end = start + 1;
  while (end < bytes.length && (bytes[end] & 0xc0) === 0x80) end += 1;
  return el("pre", {}, part(0, start), el("mark", {}, part(start, end) || "⏎"), part(end));
}

function pairs(entries) {
  return el("dl", {}, ...entries.flatMap(([name, value]) => [el("dt", { class: "quiet" }, name), el("dd", {}, value ?? "–")]));
}

function detail(request) {
  const parts = [el("h2", {}, "Request ", request.id, ": ", request.command || request.method)];
  const own = request.explanation;
  if (request.reasons.length) {
    parts.push(...request.reasons.map((reason) => el("p", {}, el("strong", { class: "bad" }, reason.code), ": ", reason.what, ". ", el("em", {}, "Fix: "), reason.remedy, ".")));
  } else {
    parts.push(el("p", { class: "good" }, "The signature has no known mistake."));
  }
  if (own) {
    parts.push(el("p", {}, "Verdict: ", own.verdict, "."));
    const check = (name) => el("span", { class: own.passes[name] ? "good" : "bad" }, own.passes[name] ? "✓ " : "✗ ", name, " ");
    parts.push(el("p", {}, "Checks: ", check("raw"), check("array"), check("object")));
    const other = own.signed ?? own.received;
    if (own.expected !== null) {
      const at = own.difference?.offset;
      parts.push(el("h2", {}, own.signed ? "Signed text" : "Received text"), at === undefined ? el("pre", {}, other) : marked(other, at));
      parts.push(el("h2", {}, "Expected canonical JSON"), at === undefined ? el("pre", {}, own.expected) : marked(own.expected, at));
      if (own.difference) parts.push(el("h2", {}, "First difference"), el("pre", {}, own.difference.text));
    }
  }
  parts.push(el("h2", {}, "Details"), pairs([
    ["time", new Date(request.time * 1000).toISOString()],
    ["HTTP status", request.http_status],
    ["code", request.code],
    ["fault", request.fault],
    ["content type", request.content_type],
    ["length", request.body_len + " bytes"],
  ]));
  parts.push(el("h2", {}, "Parameters"), el("pre", {}, JSON.stringify(request.parameters, null, 2)));
  parts.push(el("h2", {}, "Body"), el("pre", {}, request.body));
  parts.push(el("h2", {}, "Response"), el("pre", {}, request.answer || "none"));
  if (request.forwarded) parts.push(el("h2", {}, "Response of the real API"), el("pre", {}, request.forwarded.error || request.forwarded.status + "\n" + request.forwarded.body));
  return parts;
}

async function follow() {
  for (;;) {
    try {
      const news = await call("GET", `requests?after=${last}&wait=25`);
      for (const request of news) {
        seen.set(request.id, request);
        last = Math.max(last, request.id);
      }
      for (const id of [...seen.keys()].slice(0, Math.max(0, seen.size - 1000))) seen.delete(id);
      if (news.length) list();
      $("status").textContent = "connected";
    } catch {
      $("status").textContent = "the sandbox is not reachable";
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
  }
}

$("filter").addEventListener("input", list);
$("filter").addEventListener("submit", (event) => event.preventDefault());
$("clear").addEventListener("click", () => {
  seen.clear();
  list();
});
$("list").addEventListener("keydown", (event) => {
  const step = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" }[event.key];
  const next = step && document.activeElement.closest("li")?.[step]?.querySelector("button");
  if (next) {
    event.preventDefault();
    next.focus();
    choose(Number(next.dataset.id));
  }
});

// State.

async function state() {
  const accounts = await call("GET", "accounts");
  const key = $("account").value || accounts[0].api_key;
  $("account").replaceChildren(...accounts.map((own) => el("option", { value: own.api_key }, own.api_key, " / ", own.cdn)));
  $("account").value = key;
  const snapshot = await call("GET", "snapshot?key=" + encodeURIComponent(key));
  $("tables").replaceChildren(...Object.entries(snapshot).flatMap(([name, own]) => [el("h2", {}, name), table(own)]));
}

function table(own) {
  const rows = Array.isArray(own) ? own.map((value, index) => [index + 1, value]) : Object.entries(own.rows);
  if (!rows.length) return el("p", { class: "quiet" }, "none");
  const names = [...new Set(rows.flatMap(([, value]) => Object.keys(value)))];
  const cell = (value) => el("td", {}, value === null || value === undefined ? "" : typeof value === "object" ? JSON.stringify(value) : value);
  return el("table", {},
    el("thead", {}, el("tr", {}, el("th", {}, "id"), ...names.map((name) => el("th", {}, name)))),
    el("tbody", {}, ...rows.map(([id, value]) => el("tr", {}, el("td", {}, id), ...names.map((name) => cell(value[name]))))));
}

$("account").addEventListener("change", state);

// Faults.

async function faults() {
  const armed = await call("GET", "faults");
  $("armed").replaceChildren(...armed.map((fault) => {
    const words = Object.entries(fault).filter(([name, value]) => !["matched", "id"].includes(name) && value !== false && value !== "*" && value !== 0);
    const text = words.map(([name, value]) => value === true ? name : `${name}=${typeof value === "object" ? JSON.stringify(value) : value}`).join(" ");
    const off = el("button", { type: "button" }, "Remove");
    off.addEventListener("click", async () => {
      await call("DELETE", "faults/" + encodeURIComponent(fault.id));
      await faults();
    });
    return el("li", {}, el("strong", {}, fault.id), el("code", {}, text), el("span", { class: "quiet" }, "matches: ", fault.matched), off);
  }));
}

$("fault").addEventListener("submit", async (event) => {
  event.preventDefault();
  $("wrong").textContent = "";
  try {
    await call("POST", "faults", $("words").value);
    $("words").value = "";
  } catch (error) {
    $("wrong").textContent = error.message;
  }
  await faults();
});

// Rules.

async function rules() {
  const known = await call("GET", "rules");
  $("known").replaceChildren(...known.map((rule) => el("tr", {}, el("td", {}, rule.id), el("td", {}, rule.what, rule.kept ? "" : " (not enforced)"), el("td", {}, rule.confidence), el("td", {}, rule.source))));
}

// Navigation.

const sections = { requests: null, state, faults, rules };

async function show() {
  const hash = location.hash.slice(2);
  const name = hash in sections ? hash : "requests";
  for (const own of Object.keys(sections)) $(own).hidden = own !== name;
  for (const link of document.querySelectorAll("nav a")) link.toggleAttribute("aria-current", link.hash === "#/" + name);
  try {
    await sections[name]?.();
  } catch (error) {
    $("status").textContent = error.message;
  }
}

$("url").textContent = new URL("/stable/", location).href;
addEventListener("hashchange", show);
show();
follow();
