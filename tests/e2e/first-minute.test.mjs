// The walk of docs/first-minute.md, step by step, by the words that a newcomer reads.

import { after, before, test } from "node:test";

import { pages } from "./lib/browser.mjs";
import { button, leader, until } from "./lib/play.mjs";

const openPage = pages({ before, after }, { fresh: true });
const TIME = { timeout: 60_000 };

test("from the first visit to why an election was won", { timeout: 240_000 }, async (t) => {
  const page = await openPage(t);
  const cluster = page.getByRole("main");
  const says = (words) => cluster.getByText(words).waitFor(TIME);
  const offers = (name) => cluster.getByRole("button", { name, exact: true }).click(TIME);
  await says(/leads; its heartbeats reset the others’ timers\./);
  const first = leader(await until(page, "a leader", leader));
  await offers("Crash the leader");
  await says("No leader. Whose timer, the arc around it, runs out first?");
  await says(/stands for election in term 2 and asks for votes\./);
  await says(/leads now\. Give it something to replicate\./);
  const second = leader(await until(page, "another one", (now) => leader(now)?.term > first.term));
  await offers("Write x=1");
  await says("A dashed entry is stored. It turns solid once a majority has it.");
  await says("Everything can be looked at again.");
  await offers("Step back");
  await says(/is down\. What does its log lack when it is back\?/);
  await button(page, new RegExp(`^${second.id} leader`)).click();
  await page.getByRole("button", { name: "Ask why" }).click();
  const panel = page.getByRole("tabpanel", { name: "Why?" });
  await panel.getByText(new RegExp(`${second.id} leads term 2`)).first().waitFor();
  const { id } = second;
  await panel.getByText(new RegExp(`^S\\d voted for ${id}: ${id}'s log \\(.*\\) is at least as up to date`)).first().waitFor();
  await panel.getByRole("list").getByRole("button").first().click();
  await panel.getByRole("button", { name: /^Back to / }).click();
  await button(page, /^Share/).click();
  await page.getByRole("textbox", { name: "Link" }).waitFor();
});
