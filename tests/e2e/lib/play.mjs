// How a test plays: as a person would, by roles and names; and what it reads, by the one hook that
// everybody has, `get-state` of the embed protocol.

import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));

/** Sends a command of the embed protocol to the page itself, and gives what is answered. */
export function command(page, type, more = {}) {
  return page.evaluate(
    ([type, more]) =>
      new Promise((answered) => {
        const id = `test-${Math.random()}`;
        const listen = ({ data }) => {
          if (data?.raftPlayground !== 1 || data.type !== "reply" || data.id !== id) return;
          removeEventListener("message", listen);
          answered(data);
        };
        addEventListener("message", listen);
        postMessage({ raftPlayground: 1, channel: "test", type, id, ...more }, "*");
      }),
    [type, more],
  );
}

/** The state of the run. */
export const state = async (page) => (await command(page, "get-state")).value;

/** Waits until the state is so, and gives it. */
export async function until(page, what, holds, timeout = 15_000) {
  const end = Date.now() + timeout;
  for (;;) {
    const now = await state(page);
    if (holds(now)) return now;
    if (Date.now() > end) throw new Error(`not within ${timeout} ms: ${what}; it is ${JSON.stringify(now)}`);
    await page.waitForTimeout(40);
  }
}

/** The leader of the newest term: an old one may not know that it leads no more. */
export const leader = (state) =>
  state.servers.filter(({ role }) => role === "leader").sort((a, b) => a.term - b.term).at(-1);

/** A button by its name. */
export const button = (page, name) => page.getByRole("button", { name }).first();

/** Chooses how fast time runs. */
export const speed = (page, value) => page.getByRole("combobox", { name: /speed/i }).selectOption(value);

/** Lets time run, if it does not. */
export async function play(page) {
  if (!(await state(page)).playing) await button(page, /^Play$/).click();
}

/** Lets time stand still, whether it ran or not. */
export async function pause(page) {
  const end = Date.now() + 15_000;
  for (;;) {
    const now = await state(page);
    if (!now.playing) return now;
    if (Date.now() > end) throw new Error(`it does not stand still; it is ${JSON.stringify(now)}`);
    // It may come to a stop of the scenario before the press arrives: then that press lets it go on.
    await button(page, /^Pause$/).click({ timeout: 5_000 }).catch(() => {});
  }
}

/** So many events forward. */
export async function step(page, events) {
  for (let n = 0; n < events; n += 1) await button(page, "Step forward").click();
  return state(page);
}

/** Goes to a moment in microseconds, as one who writes it down. */
export async function goTo(page, t) {
  const card = page.getByRole("dialog", { name: "Go to an event" });
  const stays = await card.isVisible();
  if (!stays) {
    const act = button(page, "Act …");
    if (await act.isVisible()) await act.click();
    await button(page, "Go to …").click();
  }
  const field = card.getByRole("textbox", { name: "Go to this moment" });
  await field.fill(`${t}us`);
  await field.press("Enter");
  const there = await until(page, `${t} µs`, (now) => now.t === t && !now.playing, 60_000);
  if (!stays) await card.getByRole("button", { name: "Close" }).click();
  return there;
}

/** Opens another run on the same page, by its link. */
export const openLink = (page, link) => page.evaluate((link) => (location.hash = link), link);

/**
 * Presses the scrub bar at a share of what it shows, and gives the moment there: where the hand is, in
 * microseconds. A tap on a telephone is the same press.
 */
export async function scrubTo(page, share) {
  const box = await page.getByRole("slider", { name: "Moment" }).boundingBox();
  // What is free at both ends of the bar.
  const pad = 34;
  await page.mouse.click(box.x + pad + (box.width - 2 * pad) * share, box.y + box.height / 2);
  return (await until(page, "it stands still", (now) => !now.playing)).t;
}

/** Lets time run until a moment, as one who watches. */
export async function playUntil(page, t) {
  await play(page);
  await until(page, `${t} µs`, (now) => now.t >= t || !now.playing, 60_000);
  return (await pause(page)).t;
}

/** A moment in the words of the page. */
export const inWords = (t) => `${Math.floor(t / 1_000)}.${Math.floor((t % 1_000) / 100)} ms`;

/** The command line, for what a page must agree with; built when it is first asked. */
export function raftlab(...words) {
  built ??= execFileSync("cargo", ["build", "--quiet", "--package", "raftlab", "--message-format", "json"], FROM)
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line).executable)
    .find(Boolean);
  return execFileSync(built, words, FROM);
}

let built = null;
const FROM = { cwd: ROOT, encoding: "utf8" };
