// Reads what binaryen does not tell of a module: the bytes of its data, and, of a module as the
// linker wrote it with `--emit-relocs`, which things lie where and which of them point to which.
// The format: https://github.com/WebAssembly/tool-conventions/blob/main/Linking.md

const CUSTOM = 0;
const IMPORT = 2;
const CODE = 10;
const DATA = 11;

const SEGMENT_INFO = 5;
const SYMBOL_TABLE = 8;

const UNDEFINED = 0x10;
const EXPLICIT_NAME = 0x40;

/** Relocations that hold an address in memory, and those among the others that have an addend. */
const ADDRESSES = new Set([3, 4, 5]);
/** Those that hold a place in the table of functions: in code, and in data. */
const PLACE_IN_CODE = 1;
const PLACE_IN_DATA = 2;
const WITH_ADDEND = new Set([...ADDRESSES, 8, 9, 11, 14, 15, 16, 17, 21, 22, 23, 25]);

class Reader {
  constructor(bytes, at = 0, end = bytes.length) {
    Object.assign(this, { bytes, at, end });
  }
  get more() {
    return this.at < this.end;
  }
  byte() {
    return this.bytes[this.at++];
  }
  /** A number in LEB128, of at most 32 bits. */
  number() {
    let result = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.byte();
      result |= (byte & 127) << shift;
      if (byte < 128) return result >>> 0;
    }
  }
  /** A signed one. */
  signed() {
    let result = 0;
    for (let shift = 0; ; ) {
      const byte = this.byte();
      if (shift < 32) result |= (byte & 127) << shift;
      shift += 7;
      if (byte < 128) return shift < 32 && byte & 64 ? result | (-1 << shift) : result;
    }
  }
  take(length) {
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }
  text() {
    return new TextDecoder().decode(this.take(this.number()));
  }
  /** A part of its own, of a length that stands before it. */
  part() {
    const length = this.number();
    this.at += length;
    return new Reader(this.bytes, this.at - length, this.at);
  }
}

function sections(bytes) {
  const reader = new Reader(bytes, 8);
  const found = [];
  while (reader.more) {
    const from = reader.at;
    const id = reader.byte();
    const part = reader.part();
    found.push({ name: id === CUSTOM ? part.text() : "", id, part, from, start: part.at });
  }
  return found;
}

/** The module without what is only said about it: names, producers, relocations. */
export function bare(bytes) {
  const said = sections(bytes).filter(({ id }) => id === CUSTOM);
  const kept = bytes.slice();
  let length = 0;
  let from = 0;
  for (const section of [...said, { from: bytes.length }]) {
    kept.set(bytes.subarray(from, section.from), length);
    length += section.from - from;
    from = section.part?.end;
  }
  return kept.subarray(0, length).slice();
}

/** The functions of a module, without those that it imports: `{ name, size }`, nameless if so built. */
export function functions(bytes) {
  const all = sections(bytes);
  const names = functionNames(all.find(({ name }) => name === "name")?.part);
  const imported = importedFunctions(all.find(({ id }) => id === IMPORT).part);
  const code = all.find(({ id }) => id === CODE).part;
  return Array.from({ length: code.number() }, (_, n) => {
    const size = code.number();
    code.take(size);
    return { name: names.get(imported + n) ?? "?", size };
  });
}

function functionNames(part) {
  const names = new Map();
  while (part?.more) {
    const kind = part.byte();
    const list = part.part();
    if (kind !== 1) continue;
    for (let count = list.number(); count > 0; count--) names.set(list.number(), list.text());
  }
  return names;
}

function importedFunctions(part) {
  let functions = 0;
  for (let count = part.number(); count > 0; count--) {
    part.text();
    part.text();
    const kind = part.byte();
    if (kind !== 0) throw new Error("an import that is no function");
    part.number();
    functions += 1;
  }
  return functions;
}

/** The segments of the memory's first contents: `{ at, bytes }`. */
export function segments(bytes) {
  const part = sections(bytes).find(({ id }) => id === DATA).part;
  return Array.from({ length: part.number() }, () => {
    const [kind, constant, at, end] = [part.number(), part.byte(), part.signed(), part.byte()];
    if (kind !== 0 || constant !== 0x41 || end !== 0x0b) throw new Error("a segment without a fixed place");
    return { at, bytes: part.take(part.number()) };
  });
}

/**
 * What the linker knew of the data: `things` are `{ from, to, fixed, points }`, where `fixed` says
 * that nothing writes to it, `points` are the things that it holds the addresses of, and `calls` the
 * functions, by their places in the table; `loose` are those of data that is no thing; `said` are
 * those that the code says; `named(address)` are the things that it means when it says this address.
 */
export function linked(bytes) {
  const all = sections(bytes);
  const linking = all.find(({ name }) => name === "linking")?.part;
  if (!linking) throw new Error("the linker left no relocations: link with --emit-relocs");
  const data = all.find(({ id }) => id === DATA);
  const places = segments(bytes);
  if (linking.number() !== 2) throw new Error("a linking section of another version");
  const { fixed, symbols } = tables(linking);
  const things = symbols.map(
    (symbol) =>
      symbol && {
        from: places[symbol.segment].at + symbol.offset,
        to: places[symbol.segment].at + symbol.offset + symbol.size,
        fixed: fixed[symbol.segment],
        points: [],
        calls: [],
      },
  );
  const named = new Map();
  const loose = new Set();
  const said = new Set();
  for (const { name, part } of all) {
    if (!name.startsWith("reloc.")) continue;
    const target = all[part.number()];
    for (let count = part.number(); count > 0; count--) {
      const [type, offset, index] = [part.byte(), part.number(), part.number()];
      const addend = WITH_ADDEND.has(type) ? part.signed() : 0;
      if (type === PLACE_IN_CODE && target.id === CODE) said.add(new Reader(bytes, target.start + offset).signed());
      if (type === PLACE_IN_DATA && target.id === DATA) {
        const place = new DataView(bytes.buffer, bytes.byteOffset + target.start + offset, 4).getUint32(0, true);
        const at = address(places, target.start + offset);
        const holders = things.filter((thing) => thing && thing.from <= at && at < thing.to);
        for (const holder of holders) holder.calls.push(place);
        if (holders.length === 0) loose.add(place);
      }
      const thing = ADDRESSES.has(type) && things[index];
      if (!thing) continue;
      if (target.id === CODE) {
        const address = thing.from + addend;
        if (!named.has(address)) named.set(address, new Set());
        named.get(address).add(thing);
      }
      if (target.id === DATA) {
        const at = address(places, data.start + offset);
        for (const holder of things) {
          if (holder && holder.from <= at && at < holder.to) holder.points.push(thing);
        }
      }
    }
  }
  return { things: things.filter(Boolean), named: beginnings(named), loose, said };
}

/**
 * Where one thing ends another begins. Code that means the end of a list says its beginning, too: so
 * an end stands for its list only where no other thing is meant.
 */
function beginnings(named) {
  for (const [address, meant] of named) {
    const begun = [...meant].filter(({ to }) => address < to);
    if (begun.length > 0) named.set(address, new Set(begun));
  }
  return named;
}

/** Where a byte of the file comes to lie in memory. */
function address(places, offset) {
  const place = places.find(({ bytes }) => bytes.byteOffset <= offset && offset < bytes.byteOffset + bytes.length);
  return place.at + offset - place.bytes.byteOffset;
}

/** Of each segment, whether it is only read; of each symbol, where it is if it is data. */
function tables(linking) {
  const fixed = [];
  const symbols = [];
  while (linking.more) {
    const kind = linking.byte();
    const part = linking.part();
    if (kind === SEGMENT_INFO) {
      for (let count = part.number(); count > 0; count--) {
        fixed.push(part.text().startsWith(".rodata"));
        part.number();
        part.number();
      }
    }
    if (kind === SYMBOL_TABLE) {
      for (let count = part.number(); count > 0; count--) symbols.push(symbol(part));
    }
  }
  return { fixed, symbols };
}

/** A symbol; `null` unless it is data of this module. */
function symbol(part) {
  const [kind, flags] = [part.byte(), part.number()];
  const here = !(flags & UNDEFINED);
  switch (kind) {
    case 1: {
      part.text();
      if (!here) return null;
      return { segment: part.number(), offset: part.number(), size: part.number() };
    }
    case 3:
      part.number();
      return null;
    default:
      part.number();
      if (here || flags & EXPLICIT_NAME) part.text();
      return null;
  }
}
