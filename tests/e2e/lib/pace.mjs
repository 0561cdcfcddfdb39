// Whether a page goes on drawing while it works. How long a piece of work takes is the machine's matter: in one
// go it is one picture, however fast the machine; in slices it is many, however slow.

import assert from "node:assert/strict";

/** Counts pictures from now on. What it returns tells how many came in how long, and how long the longest took. */
export async function pictures(page) {
  await page.evaluate(() => {
    window.drawn = [performance.now()];
    const each = (at) => {
      window.drawn.push(at);
      requestAnimationFrame(each);
    };
    requestAnimationFrame(each);
  });
  return async () => {
    const at = await page.evaluate(() => [...window.drawn, performance.now()]);
    const gaps = at.slice(1).map((now, n) => now - at[n]);
    return { drawn: gaps.length - 1, whole: at.at(-1) - at[0], longest: Math.max(...gaps) };
  };
}

/** That the page was drawn again and again, and no piece of the work took most of the time. */
export function goesOn(t, { drawn, whole, longest }) {
  t.diagnostic(`${drawn} pictures in ${whole.toFixed()} ms, the longest ${longest.toFixed()} ms`);
  assert.ok(drawn >= 10, `only ${drawn} pictures`);
  assert.ok(longest < whole / 2, `one of ${longest} ms in ${whole} ms`);
}
