// Pictures of pixels from pictures of lines: one as PNG, many as a GIF. The page loads this script when
// somebody wants one. An SVG is drawn on a canvas by the browser; what a GIF needs besides is written here.

/** A film that grows larger than this ends early. */
const MOST_BYTES = 20_000_000;

/** Between two colours lie so many. */
const STEPS = 23;

/** Draws pictures of one size, so many times as large as they say of themselves. */
async function painter(first, scale) {
  const image = await load(first);
  const canvas = document.createElement("canvas");
  const [width, height] = [image.naturalWidth * scale, image.naturalHeight * scale];
  Object.assign(canvas, { width, height });
  const context = canvas.getContext("2d", { willReadFrequently: true });
  const draw = async (svg) => context.drawImage(await load(svg), 0, 0, width, height);
  return { canvas, draw, width, height, pixels: () => context.getImageData(0, 0, width, height).data };
}

async function load(svg) {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  return image;
}

async function png(svg, scale) {
  const { canvas, draw } = await painter(svg, scale);
  await draw(svg);
  const blob = await new Promise((made) => canvas.toBlob(made, "image/png"));
  if (!blob) throw new Error("the picture is too large for this browser");
  return URL.createObjectURL(blob);
}

/** The colours of a film: those that it is drawn with, and what lies between each and white. */
class Palette {
  #colours = [[255, 255, 255]];
  /** The place of a colour, once looked up; 18 bits of it tell it apart from others. */
  #known = new Int16Array(1 << 18).fill(-1);

  constructor(colours) {
    for (const colour of colours) {
      const rgb = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
      for (let n = 1; n <= STEPS && this.#colours.length < 256; n++) {
        this.#colours.push(rgb.map((part) => Math.round(255 + ((part - 255) * n) / STEPS)));
      }
    }
  }

  place(red, green, blue) {
    const key = ((red >> 2) << 12) | ((green >> 2) << 6) | (blue >> 2);
    if (this.#known[key] < 0) {
      const far = ([r, g, b]) => (r - red) ** 2 + (g - green) ** 2 + (b - blue) ** 2;
      let best = 0;
      for (let n = 1; n < this.#colours.length; n++) {
        if (far(this.#colours[n]) < far(this.#colours[best])) best = n;
      }
      this.#known[key] = best;
    }
    return this.#known[key];
  }

  bytes() {
    const bytes = new Uint8Array(3 * 256);
    this.#colours.forEach((rgb, n) => bytes.set(rgb, 3 * n));
    return bytes;
  }

  /** Places for pixels. */
  read(pixels) {
    const places = new Uint8Array(pixels.length / 4);
    for (let n = 0; n < places.length; n++) {
      places[n] = this.place(pixels[4 * n], pixels[4 * n + 1], pixels[4 * n + 2]);
    }
    return places;
  }
}

const word = (number) => [number & 255, (number >> 8) & 255];
const ascii = (text) => [...text].map((sign) => sign.charCodeAt(0));

/** A film as GIF89a. Each picture but the first has only the part that differs from the one before. */
class Gif {
  #parts = [];
  #before;
  bytes = 0;
  frames = 0;

  constructor(width, height, palette, delay) {
    Object.assign(this, { width, height, palette, delay });
    this.#add(ascii("GIF89a"), word(width), word(height), [0xf7, 0, 0], palette.bytes());
    this.#add([0x21, 0xff, 11], ascii("NETSCAPE2.0"), [3, 1, 0, 0, 0]); // again and again
  }

  #add(...parts) {
    for (const part of parts) {
      this.#parts.push(Uint8Array.from(part));
      this.bytes += part.length;
    }
  }

  frame(pixels) {
    const places = this.palette.read(pixels);
    const { left, top, width, height } = this.#changed(places);
    const part = new Uint8Array(width * height);
    for (let row = 0; row < height; row++) {
      const from = (top + row) * this.width + left;
      part.set(places.subarray(from, from + width), row * width);
    }
    this.#add([0x21, 0xf9, 4, 0x04], word(this.delay), [0, 0]); // it stays under the next one
    this.#add([0x2c], word(left), word(top), word(width), word(height), [0], packed(part));
    this.#before = places;
    this.frames += 1;
  }

  /** The smallest part that has all that differs; a GIF knows no empty one. */
  #changed(places) {
    const before = this.#before;
    if (!before) return { left: 0, top: 0, width: this.width, height: this.height };
    let [left, right, top, bottom] = [this.width, -1, this.height, -1];
    for (let n = 0; n < places.length; n++) {
      if (places[n] === before[n]) continue;
      const [x, y] = [n % this.width, Math.floor(n / this.width)];
      [left, right, top, bottom] = [Math.min(left, x), Math.max(right, x), Math.min(top, y), y];
    }
    if (right < 0) return { left: 0, top: 0, width: 1, height: 1 };
    return { left, top, width: right - left + 1, height: bottom - top + 1 };
  }

  done() {
    this.#add([0x3b]);
    return URL.createObjectURL(new Blob(this.#parts, { type: "image/gif" }));
  }
}

/** Places as GIF packs them: LZW with codes of growing width, in blocks of 255 bytes. */
function packed(places) {
  const [clear, end, most] = [256, 257, 4096];
  const out = [];
  let [hand, bits, width, next] = [0, 0, 9, end + 1];
  let table = new Map();
  const write = (code) => {
    hand |= code << bits;
    for (bits += width; bits >= 8; bits -= 8) {
      out.push(hand & 255);
      hand >>>= 8;
    }
  };
  write(clear);
  let code = places[0];
  for (let n = 1; n < places.length; n++) {
    const key = (code << 8) | places[n];
    const longer = table.get(key);
    if (longer !== undefined) {
      code = longer;
      continue;
    }
    write(code);
    code = places[n];
    if (next === most) {
      write(clear);
      [width, next, table] = [9, end + 1, new Map()];
      continue;
    }
    // Whoever unpacks knows a code one step later, and so goes over to wider ones with this one.
    if (next === 1 << width) width += 1;
    table.set(key, next);
    next += 1;
  }
  write(code);
  write(end);
  if (bits > 0) out.push(hand & 255);
  const blocks = [8];
  for (let at = 0; at < out.length; at += 255) {
    const block = out.slice(at, at + 255);
    blocks.push(block.length);
    for (const byte of block) blocks.push(byte);
  }
  blocks.push(0);
  return blocks;
}

/** Makes a film of the pictures that `next` gives, as long as it gives some and `goesOn`. */
async function gif({ next, colours, delay }, tell, goesOn) {
  const first = next();
  if (!first) throw new Error("there is nothing to show");
  const { draw, pixels, width, height } = await painter(first, 1);
  const film = new Gif(width, height, new Palette(colours), delay);
  for (let svg = first; svg; svg = next()) {
    await draw(svg);
    film.frame(pixels());
    tell({ type: "goes", frames: film.frames, bytes: film.bytes });
    if (film.bytes > MOST_BYTES) break;
    // The page has its turn.
    await new Promise((on) => setTimeout(on));
    if (!goesOn()) return;
  }
  const url = film.done();
  tell({ type: "done", frames: film.frames, bytes: film.bytes, url });
}

/** Makes what is ordered, and tells how it goes; what it gives ends it. */
globalThis.raftFilm = (order, tell) => {
  let ended = false;
  const goesOn = () => !ended;
  const making = order.svg
    ? png(order.svg, order.scale).then((url) => tell({ type: "done", url }))
    : gif(order, tell, goesOn);
  making.catch((error) => goesOn() && tell({ type: "failed", what: String(error?.message ?? error) }));
  return () => (ended = true);
};
