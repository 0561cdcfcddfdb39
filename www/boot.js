// Starts the page: checks what the browser can do, loads the module that trunk names in this
// script's attributes, and says in words why when something is missing. No styles and no
// handlers in attributes: a strict Content-Security-Policy refuses them.

const html = document.documentElement;
const script = document.querySelector("script[data-wasm]");
const query = new URLSearchParams(location.search);

// Known before the module is there, so that nothing jumps or flashes.
const embed = query.get("embed") === "1";
if (embed) html.dataset.embed = "";

/** The address wins over what was chosen before, that over what browser and system are set to. */
const theme = query.get("theme") ?? chosen("theme");
if (["light", "dark", "projector"].includes(theme)) html.dataset.theme = theme;

const LANGUAGES = { en: "en", zh: "zh-Hans", ar: "ar-XB" };
html.lang = LANGUAGES[(query.get("lang") ?? chosen("language") ?? navigator.language).split("-")[0]] ?? "en";
// The language of tests is for those who ask for it.
if (html.lang === "ar-XB" && query.get("lang") !== html.lang) html.lang = "en";

function chosen(what) {
  try {
    return localStorage.getItem(`raft-playground.${what}`);
  } catch {
    return null; // A sandboxed frame has no storage.
  }
}

/** The tables of another language, of the page and of its scenarios; without the first it speaks English. */
async function fetchWords() {
  if (html.lang === "en" || html.lang === "ar-XB") return;
  const part = (name) => fetch(`lang/${html.lang}${name}.txt`).then((answer) => (answer.ok ? answer.text() : ""), () => "");
  const [page, scenarios] = await Promise.all(["", ".scenarios"].map(part));
  if (page) globalThis.raftWords = `${page}\n${scenarios}`;
}

/** A text in the language of the page, if its table is here. */
function said(text) {
  const lines = (globalThis.raftWords ?? "").split("\n");
  return lines[lines.indexOf(text) + 1 || -1] ?? text;
}

/** The smallest module, and one that uses what the compiler takes for granted today. */
const EMPTY = [0, 97, 115, 109, 1, 0, 0, 0];
const MODERN = [
  ...EMPTY, // () -> externref; memory; a memory.fill and a sign extension before `ref.null extern`
  ...[1, 5, 1, 96, 0, 1, 111],
  ...[3, 2, 1, 0],
  ...[5, 3, 1, 0, 0],
  ...[10, 19, 1, 17, 0, 65, 0, 65, 0, 65, 0, 252, 11, 0, 65, 0, 192, 26, 208, 111, 11],
];

/** A reason not to start, said to the reader. */
class Refused extends Error {}

function checkBrowser() {
  if (typeof WebAssembly !== "object") {
    throw new Refused(
      "This browser has no WebAssembly, or has it switched off. Lockdown Mode on an iPhone or a " +
        "Mac can do that; it can be lifted for this page alone.",
    );
  }
  try {
    new WebAssembly.Module(new Uint8Array(EMPTY));
  } catch (error) {
    throw new Refused(
      "The web server that this page comes from forbids WebAssembly: its " +
        "Content-Security-Policy needs script-src 'wasm-unsafe-eval'.",
      { cause: error },
    );
  }
  if (!WebAssembly.validate(new Uint8Array(MODERN))) {
    throw new Refused(
      "The WebAssembly of this browser is too old. Any Chrome, Edge, Firefox or Safari " +
        "since 2022 will do.",
    );
  }
}

async function start() {
  checkBrowser();
  // A figure, and colours that somebody asks for, are dressed from the start.
  if (theme || embed || matchMedia("(forced-colors: active)").matches) await dress();
  const { default: initialise, onRest } = await import(at("js"));
  // A build for work is in one piece.
  if (onRest) await prepareRest(onRest);
  else await dress().then(complete);
  await words;
  await initialise({ module_or_path: at("wasm") });
}

const at = (name) => new URL(script.dataset[name], document.baseURI);

/** What a reader does, or the page that this one is embedded in. */
const SIGNS = ["pointermove", "pointerdown", "touchstart", "wheel", "keydown", "focusin", "message", "hashchange"];

/**
 * The module comes in two files: one has what a first visit runs, the other all the rest. That one
 * is fetched at the first sign of a reader, and so is there before it is needed. Whatever calls it
 * earlier waits for it.
 */
async function prepareRest(onRest) {
  let coming;
  let bytes;
  let module;
  const fetchEarly = () => {
    // A failure is left to whoever needs it: perhaps nobody does.
    const rest = () =>
      fetchRest()
        .then((arrived) => WebAssembly.compile((bytes = arrived)))
        .then((compiled) => (module = compiled));
    coming ??= Promise.all([rest(), dress()])
      .then(complete)
      .catch(() => (coming = undefined));
    return coming;
  };
  onRest((imports) => {
    module ??= new WebAssembly.Module(bytes ?? fetchWaiting());
    return new WebAssembly.Instance(module, imports);
  });
  for (const sign of SIGNS) addEventListener(sign, fetchEarly, { capture: true, once: true, passive: true });
  // Who opens a link wants more than a first visit shows, who comes again is asked whether to go on,
  // and a figure shows other things.
  if (embed || location.hash.length > 1 || chosen("last")) await fetchEarly();
}

/** The styles of what is opened later. Without them it is plain, and still there. */
let dressed;
function dress() {
  return (dressed ??= new Promise((onload) => {
    const link = document.createElement("link");
    Object.assign(link, { rel: "stylesheet", crossOrigin: "anonymous", href: "later.css", onload, onerror: onload });
    document.head.append(link);
  }));
}

/** From here on everything can be done without waiting: what a pointer is at may be asked of all of it. */
function complete() {
  html.dataset.rest = "here";
  // A release keeps itself for times without a network.
  if (script.dataset.offline && !embed) import(at("offline"));
}

async function fetchRest() {
  const answer = await fetch(at("rest"));
  if (!answer.ok) throw new Missing(answer.status);
  return answer.arrayBuffer();
}

/** The rest, at once: nothing else happens until it is here. */
function fetchWaiting() {
  const request = new XMLHttpRequest();
  try {
    request.open("GET", at("rest"), false);
    // One character a byte: a request that is waited for gives nothing but text.
    request.overrideMimeType("text/plain; charset=x-user-defined");
    request.send();
  } catch (error) {
    throw new Missing(error);
  }
  if (request.status !== 200) throw new Missing(request.status);
  return Uint8Array.from(request.responseText, (character) => character.charCodeAt(0));
}

/** The rest of the module did not come when it was needed. */
class Missing extends Error {}

/** A card with a heading, what happened, what the machine said, and a way to try again. */
function card(heading, text, error) {
  const make = (tag, words, parent) => {
    const element = document.createElement(tag);
    element.append(said(words));
    parent?.append(element);
    return element;
  };
  const box = make("div", "");
  box.className = "boot-card";
  box.setAttribute("role", "alert");
  make("h1", heading, box);
  make("p", text, box);
  if (error) {
    const details = make("details", "", box);
    make("summary", "What the browser says", details);
    make("pre", String(error), details);
  }
  make("button", "Try again", box).addEventListener("click", () => location.reload());
  return box;
}

async function sayWhyNot(error) {
  await words;
  // Where there is no WebAssembly there is no such error either.
  if (globalThis.WebAssembly && error instanceof WebAssembly.RuntimeError) return sayStopped(error);
  const refused = error instanceof Refused;
  html.dataset.boot = refused ? "refused" : "failed";
  const shown = refused
    ? card("The playground cannot run here", error.message, error.cause)
    : card(
        "The playground did not start",
        "A part of it did not arrive or did not fit the others. That is often a broken " +
          "connection, or a new version that was put up this moment.",
        error,
      );
  document.querySelector(".boot-stage").replaceChildren(shown);
}

/** A panic ends the module for good: say so instead of showing a page that no longer answers. */
function sayStopped(error) {
  if (html.dataset.boot === "stopped") return;
  html.dataset.boot = "stopped";
  const layer = document.createElement("div");
  layer.className = "boot-stopped";
  const what =
    error instanceof Missing
      ? "A part of it did not arrive. That is often a broken connection, or a new version that was put up this moment."
      : "It ran into a mistake of its own.";
  layer.append(card("The playground stopped", `${said(what)} ${said("Loading it again starts from the address above.")}`, error));
  document.body.append(layer);
}

function watchForTheEnd() {
  const ends = [WebAssembly.RuntimeError, Missing];
  const look = (error) => ends.some((kind) => error instanceof kind) && sayStopped(error);
  addEventListener("error", (event) => look(event.error));
  addEventListener("unhandledrejection", (event) => look(event.reason));
}

const words = fetchWords();
try {
  await start();
  document.getElementById("boot")?.remove();
  html.dataset.boot = "ready";
  watchForTheEnd();
} catch (error) {
  console.error(error);
  sayWhyNot(error);
}
