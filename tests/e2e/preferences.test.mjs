// What a reader's system and window ask for: less motion at any time, and the diagram where there is little room.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { pages } from "./lib/browser.mjs";
import { button, leader, pause, play, speed, until } from "./lib/play.mjs";

const openPage = pages({ before, after });

const diagram = (page) => page.getByRole("img", { name: /^Space-time diagram/ });

/** The moments at which something in the ring was at another place, for so long. */
const moves = (page, real) =>
  page.evaluate(
    (real) =>
      new Promise((done) => {
        const place = () => [...document.querySelectorAll(".ring .body, .ring .trail")].map((one) => one.getAttribute("d")).join();
        const [start, at] = [performance.now(), []];
        let before = place();
        const look = () => {
          const now = place();
          if (now !== before) at.push(performance.now() - start);
          before = now;
          if (performance.now() - start < real) requestAnimationFrame(look);
          else done(at);
        };
        requestAnimationFrame(look);
      }),
    real,
  );

test("less motion: the picture stands still between steps, also when it is asked for while time runs", async (t) => {
  const page = await openPage(t);
  await until(page, "a leader", leader);
  await speed(page, "1/20");
  await play(page);
  const smooth = await moves(page, 2_500);
  await page.emulateMedia({ reducedMotion: "reduce" });
  // What is under way ends.
  await page.waitForTimeout(700);
  const steps = await moves(page, 2_500);
  assert.ok(steps.length > 0, "it goes on");
  assert.ok(steps.length <= 6, `${steps.length} changes in 2.5 s`);
  assert.ok(smooth.length > 2 * steps.length, `${smooth.length} before, ${steps.length} now`);
  const gaps = steps.slice(1).map((at, n) => at - steps[n]);
  assert.ok(gaps.every((gap) => gap > 300), `pauses of ${gaps.map(Math.round).join(", ")} ms`);
  await page.emulateMedia({ reducedMotion: "no-preference" });
  await page.waitForTimeout(700);
  const again = await moves(page, 2_500);
  assert.ok(again.length > 2 * steps.length, `${again.length} again`);
});

for (const [name, options] of Object.entries({
  "for the far end of a room": { query: "?theme=projector", viewport: { width: 1280, height: 800 } },
  "in a low window": { viewport: { width: 1280, height: 600 } },
})) {
  test(`the space-time diagram is there for who asks, ${name}`, async (t) => {
    const page = await openPage(t, options);
    await until(page, "a leader", leader);
    await pause(page);
    assert.equal(await diagram(page).isVisible(), false);
    const ring = async () => (await page.getByRole("group", { name: /^Cluster of/ }).boundingBox()).height;
    const alone = await ring();
    await page.keyboard.press("y");
    await diagram(page).waitFor();
    assert.ok((await diagram(page).boundingBox()).height > 60);
    assert.ok((await ring()) <= alone, "the ring makes room");
    await page.keyboard.press("y");
    await diagram(page).waitFor({ state: "detached" });
    // Without a key, too.
    await button(page, "Show the space-time diagram").click();
    await diagram(page).waitFor();
    const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(over <= 0, `${over} px too wide`);
  });
}
