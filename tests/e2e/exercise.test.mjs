// Exercises on the page: what is asked stays in sight, and the page says when it is done. And what a
// sandbox refuses: forms are not submitted there, but Enter and the buttons work.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { axe, pages } from "./lib/browser.mjs";
import { button, goTo, pause, state, until } from "./lib/play.mjs";
import { serveHost } from "./lib/server.mjs";

const openPage = pages({ before, after });

const at = async (page, t) => {
  await pause(page);
  await goTo(page, t);
};

/** The network is parted as the dialog proposes it: the leader on the smaller side. */
const part = async (page) => {
  await button(page, "Partition …").click();
  await page.getByRole("button", { name: "Part", exact: true }).click();
};

test("an exercise: the task, and that its goal is reached, with the way to hand it in", async (t) => {
  const page = await openPage(t, { hash: "#demo=two-leaders" });
  await at(page, 1_000_000);
  const cluster = page.getByRole("main");
  await cluster.getByText(/^Bring it about that two servers lead/).waitFor();
  assert.equal(await cluster.getByRole("button", { name: "Crash the leader" }).count(), 0, "nothing else is proposed");
  await axe(page);
  await part(page);
  await at(page, 1_050_000);
  assert.equal(await cluster.getByText(/^The goal is reached/).count(), 0);
  await at(page, 6_000_000);
  await cluster.getByText(/^The goal is reached, at \d+\.\d ms/).waitFor();
  await page.getByRole("status").getByText(/^The goal is reached/).waitFor({ state: "attached" });
  await axe(page);
  await cluster.getByRole("button", { name: "Share it as your solution" }).click();
  const link = await page.getByRole("textbox", { name: "Link" }).inputValue();
  await page.keyboard.press("Escape");
  // Back in time it is not reached yet; who opens the link later sees that it is.
  await at(page, 1_050_000);
  await cluster.getByText(/^Bring it about/).waitFor();
  const friend = await openPage(t, { hash: link.slice(link.indexOf("#")) });
  await friend.getByRole("main").getByText(/^The goal is reached/).waitFor();
});

test("more than an exercise allows is said at once", async (t) => {
  const page = await openPage(t, { hash: "#demo=two-leaders" });
  await at(page, 1_000_000);
  await button(page, "Crash leader").click();
  await page.getByRole("main").getByText(/the exercise allows only 0 crashes/).waitFor();
  await page.keyboard.press("Home");
  await button(page, "Write").click();
  await button(page.getByRole("dialog", { name: "Write" }), "Write").click();
  await page.getByRole("main").getByText(/^This is another run/).waitFor();
});

test("what a scenario says before anything happens waits for the reader", async (t) => {
  const text = "raft 1\ntitle A word first\nat 0ms stop What will happen?\n";
  const page = await openPage(t, { hash: `#text=${encodeURIComponent(text)}` });
  await page.getByRole("main").getByText("What will happen?").waitFor();
  const there = await state(page);
  assert.deepEqual([there.playing, there.t], [false, 0]);
  await button(page, "Go on").click();
  await until(page, "it goes on", (now) => now.playing && now.t > 0);
});

test("in a sandbox that submits no form: writes and conditions, by button and by Enter", async (t) => {
  const host = await serveHost(openPage.server.url("#demo=leader-crash&at=300ms"), { width: 1200, height: 760 });
  t.after(host.close);
  const page = await openPage(t, { url: host.url, wait: null });
  const frame = page.frameLocator("iframe");
  await frame.getByRole("button", { name: "Write", exact: true }).click();
  const card = frame.getByRole("dialog", { name: "Write" });
  const field = card.getByRole("textbox", { name: "Key and value" });
  await field.fill("nothing");
  await field.press("Enter");
  await card.getByRole("alert").getByText(/A key and a value are wanted/).waitFor();
  await field.fill("a=1");
  await field.press("Enter");
  await frame.getByRole("tabpanel").getByText(/asks .*a=1/).first().waitFor();

  await frame.getByRole("button", { name: "Go to …" }).click();
  const condition = frame.getByRole("combobox", { name: /Run until/ });
  await condition.fill("commit >= 3 on all");
  await condition.press("Enter");
  await frame.getByText(/^At .*: commit >= 3 on all\.$/).waitFor();
});

test("the list of rules has room, and its search hides nothing", async (t) => {
  const page = await openPage(t, { hash: "#demo=leader-crash&at=585ms" });
  await page.keyboard.press("!");
  const list = page.getByRole("tabpanel", { name: "Rules" });
  const { height } = await list.boundingBox();
  assert.ok(height > 340, `${height} px`);
  await list.getByText(/^Raft keeps its promises because/).waitFor();
  assert.equal(await list.evaluate((pane) => pane.scrollTop), 0);
});
